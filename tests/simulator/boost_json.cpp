// Boost.JSON itself, in a member of its own: a program that has it already takes no second one from the archive.
#include <boost/json/src.hpp>
