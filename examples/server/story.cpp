#include "story.hpp"
namespace host { int tell_story(const Options &) { return 1; } }
