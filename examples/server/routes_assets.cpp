// The style sheet and the icon, compiled in.
#include "assets.hpp"
#include "host.hpp"

namespace host {

void add_assets(Router &router) {
  const auto serve = [&router](const std::string &path, const std::string &type, const char *content) {
    router.add("GET", path, [type, content](Request &) { return Response{200, type, content, {{"Cache-Control", "max-age=300"}}}; });
  };
  serve("/style.css", "text/css; charset=utf-8", style_css);
  serve("/icon.svg", "image/svg+xml", icon_svg);
}

}  // namespace host
