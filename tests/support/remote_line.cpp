#include "support/remote_line.hpp"

#include <sys/socket.h>

#include <cstdint>
#include <stdexcept>

namespace purser::test {
namespace {

bool put_bytes(int socket, const char *from, std::size_t count) {
  while (count > 0) {
    const ssize_t sent = ::send(socket, from, count, MSG_NOSIGNAL);
    if (sent <= 0) return false;
    from += sent;
    count -= static_cast<std::size_t>(sent);
  }
  return true;
}

bool get_bytes(int socket, char *into, std::size_t count) {
  while (count > 0) {
    const ssize_t got = ::recv(socket, into, count, 0);
    if (got <= 0) return false;
    into += got;
    count -= static_cast<std::size_t>(got);
  }
  return true;
}

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

bool RemoteLine::put(const json::value &message) const {
  const std::string text = json::canonical(message);
  const auto size = static_cast<std::uint32_t>(text.size());
  return put_bytes(socket_, reinterpret_cast<const char *>(&size), sizeof size) && put_bytes(socket_, text.data(), text.size());
}

std::optional<json::value> RemoteLine::get() const {
  std::uint32_t size = 0;
  if (!get_bytes(socket_, reinterpret_cast<char *>(&size), sizeof size)) return std::nullopt;
  std::string text(size, '\0');
  if (!get_bytes(socket_, text.data(), size)) return std::nullopt;
  return json::parse_judged(text).root;
}

json::value RemoteLine::ask(const json::value &question) const {
  if (put(question))
    if (auto answer = get()) return std::move(*answer);
  throw std::runtime_error("the test's own process does not answer");
}

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
  return json::object{{"end", static_cast<std::int32_t>(answer.end)}, {"status", answer.status}, {"headers", headers_of(answer.headers)},
                      {"body", answer.body}, {"reason", answer.reason}, {"message", answer.message}};
}

ports::HttpAnswer answer_of(const json::value &message) {
  const json::object &m = message.as_object();
  return {static_cast<ports::HttpEnd>(json::as_integer(m.if_contains("end")).value_or(2)),
          static_cast<std::int32_t>(json::as_integer(m.if_contains("status")).value_or(0)), headers_in(m), text(m, "body"), text(m, "reason"),
          text(m, "message")};
}

}  // namespace purser::test
