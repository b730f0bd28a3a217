// Asking an HTTP client and waiting for its answer.
#pragma once
#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>

#include "ports/http.hpp"

namespace purser::test {

inline ports::HttpRequest request_of(std::string url, std::string method = "GET", std::string body = {}) {
  ports::HttpRequest request;
  request.method = std::move(method);
  request.url = std::move(url);
  request.body = std::move(body);
  if (request.method == "POST") request.headers = {{"Idempotency-Key", "key_1"}, {"Content-Type", "application/x-www-form-urlencoded"}};
  request.timeout_ms = 20'000;
  return request;
}

inline std::future<ports::HttpAnswer> begin(ports::Http &http, ports::HttpRequest request) {
  auto promise = std::make_shared<std::promise<ports::HttpAnswer>>();  // a second answer would throw, and end the program
  std::future<ports::HttpAnswer> answer = promise->get_future();
  http.send(std::move(request), [promise](ports::HttpAnswer given) { promise->set_value(std::move(given)); });
  return answer;
}

inline ports::HttpAnswer wait_for(std::future<ports::HttpAnswer> &answer) {
  if (answer.wait_for(std::chrono::seconds(30)) != std::future_status::ready) throw std::runtime_error("no answer within 30 s");
  return answer.get();
}

inline ports::HttpAnswer ask(ports::Http &http, ports::HttpRequest request) {
  auto answer = begin(http, std::move(request));
  return wait_for(answer);
}

/// "answered 200", "lost timeout", "not_sent tls".
inline std::string shown(const ports::HttpAnswer &answer) {
  if (answer.end == ports::HttpEnd::answered) return "answered " + std::to_string(answer.status);
  return (answer.end == ports::HttpEnd::lost ? "lost " : "not_sent ") + answer.reason;
}

inline std::int64_t elapsed_ms(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - since).count();
}

}  // namespace purser::test
