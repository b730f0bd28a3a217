// Made from assets/ by CMake.
#pragma once

namespace host {

extern const char *const style_css;
extern const char *const icon_svg;

}  // namespace host
