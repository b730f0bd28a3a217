// One HTTP request and its answer, as values: what the routes see.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace host {

using Fields = std::map<std::string, std::string>;  ///< of a query, a form or cookies; the first of equal names counts

struct Request {
  std::string method;
  std::string path;    ///< decoded, without the query
  std::string target;  ///< as it came
  Fields query;
  Fields headers;    ///< names in lower case
  std::string body;  ///< the raw bytes
  Fields parts;      ///< what the route's `{name}` stands for

  std::string header(std::string_view name) const { return of(headers, name); }
  std::string query_of(std::string_view name) const { return of(query, name); }
  std::string part(std::string_view name) const { return of(parts, name); }
  static std::string of(const Fields &fields, std::string_view name) {
    const auto found = fields.find(std::string(name));
    return found == fields.end() ? std::string() : found->second;
  }
};

struct Response {
  int status = 200;
  std::string type = "text/html; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers = {};

  static Response html(std::string body, int status = 200) { return {status, "text/html; charset=utf-8", std::move(body)}; }
  static Response json(std::string body, int status = 200) { return {status, "application/json", std::move(body)}; }
  /// 303: whatever was posted, the browser gets the next page.
  static Response see_other(const std::string &url) { return {303, "text/plain; charset=utf-8", "see " + url + "\n", {{"Location", url}}}; }
};

/// Decodes %XX; `+` is a space only in forms and queries. What is no escape stays as it is.
std::string decoded(std::string_view text, bool plus_is_space);
/// For a part of a path or query.
std::string encoded(std::string_view text);
/// `a=1&b=2`
Fields read_form(std::string_view text);
/// The value of one cookie; empty where there is none.
std::string cookie(const Request &request, std::string_view name);

}  // namespace host
