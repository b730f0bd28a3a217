#include "src/guard.hpp"

#include "generated/verbs.inc"
