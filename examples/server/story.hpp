// The whole story without a browser: `./dev demo --script`.
#pragma once
#include "options.hpp"

namespace host {

/// 0 where all is as the catalog says, 1 where not; each step is printed.
int tell_story(const Options &options);

}  // namespace host
