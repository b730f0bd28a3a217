#include "support/remote_line.hpp"

namespace purser::test {
namespace {

std::string text(const json::object &message, std::string_view key) { return std::string(json::as_text(message.if_contains(key))); }

json::array headers_of(const std::vector<ports::HttpHeader> &headers) {
  json::array list;
  for (const ports::HttpHeader &header : headers) list.push_back(json::array{json::value(header.name), json::value(header.value)});
  return list;
}

std::vector<ports::HttpHeader> headers_in(const json::object &message) {
  std::vector<ports::HttpHeader> headers;
  for (const json::value &entry : message.at("headers").as_array()) {
    const json::array &pair = entry.as_array();
    headers.push_back({std::string(json::as_text(&pair[0])), std::string(json::as_text(&pair[1]))});
  }
  return headers;
}

}  // namespace

bool RemoteLine::put(const json::value &message) const { return frames_.put(json::canonical(message)); }

std::optional<json::value> RemoteLine::get() const {
  const std::optional<std::string> text = frames_.get();
  if (!text) return std::nullopt;
  return json::parse_judged(*text).root;
}

json::value RemoteLine::ask(const json::value &question) const { return json::parse_judged(frames_.ask(json::canonical(question))).root; }

json::value to_message(const ports::HttpRequest &request) {
  return json::object{{"method", request.method}, {"url", request.url}, {"headers", headers_of(request.headers)}, {"body", request.body}};
}

ports::HttpRequest request_of(const json::object &message) {
  ports::HttpRequest request;
  request.method = text(message, "method");
  request.url = text(message, "url");
  request.headers = headers_in(message);
  request.body = text(message, "body");
  return request;
}

json::value to_message(const ports::HttpAnswer &answer) {
  return json::object{{"end", static_cast<std::int32_t>(answer.end)},
                      {"status", answer.status},
                      {"headers", headers_of(answer.headers)},
                      {"body", answer.body},
                      {"reason", answer.reason},
                      {"message", answer.message}};
}

ports::HttpAnswer answer_of(const json::value &message) {
  const json::object &m = message.as_object();
  return {static_cast<ports::HttpEnd>(json::as_integer(m.if_contains("end")).value_or(2)),
          static_cast<std::int32_t>(json::as_integer(m.if_contains("status")).value_or(0)),
          headers_in(m),
          text(m, "body"),
          text(m, "reason"),
          text(m, "message")};
}

}  // namespace purser::test
