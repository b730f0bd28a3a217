// Which function answers which path.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "http.hpp"

namespace host {

class Router {
 public:
  using Handler = std::function<Response(Request &)>;
  /// `{name}` as one whole part of the path stands for anything. HEAD goes where GET goes.
  void add(const std::string &method, const std::string &pattern, Handler handler);
  /// 404 for an unknown path, 405 with Allow for another method; made by `refused`.
  Response answer(Request &request, const std::function<Response(int status, const std::string &allow)> &refused) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> parts;
    Handler handler;
  };
  std::vector<Route> routes_;
};

}  // namespace host
