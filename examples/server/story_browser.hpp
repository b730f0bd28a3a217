// A visitor without a browser: real HTTP requests, and a cookie that is kept.
#pragma once
#include <string>

#include "http.hpp"

namespace host::story {

class Browser {
 public:
  /// `origin`: http://127.0.0.1:PORT
  explicit Browser(std::string origin) : origin_(std::move(origin)) {}
  Response get(const std::string &target) { return request("GET", origin_ + target, "", ""); }
  Response post_form(const std::string &target, const std::string &form) {
    return request("POST", origin_ + target, form, "application/x-www-form-urlencoded");
  }
  Response post_json(const std::string &target, const std::string &body) {
    return request("POST", origin_ + target, body, "application/json");
  }
  /// Any loopback address.
  Response get_url(const std::string &url) { return request("GET", url, "", ""); }

 private:
  Response request(const std::string &method, const std::string &url, const std::string &body, const std::string &type);
  std::string origin_;
  std::string cookie_;
};

}  // namespace host::story
