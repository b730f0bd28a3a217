// JSON messages over a socket between a test and the processes that it starts: what must survive a crash lives with the test.
#pragma once
#include <optional>
#include <string>

#include "base/json.hpp"
#include "ports/http.hpp"
#include "support/frames.hpp"

namespace purser::test {

class RemoteLine {
 public:
  explicit RemoteLine(int socket) : frames_(socket) {}
  bool put(const json::value &message) const;          ///< false: the other side is gone
  std::optional<json::value> get() const;              ///< nullopt: the other side is gone
  json::value ask(const json::value &question) const;  ///< throws where nobody answers

 private:
  Frames frames_;
};

json::value to_message(const ports::HttpRequest &request);
ports::HttpRequest request_of(const json::object &message);
json::value to_message(const ports::HttpAnswer &answer);
ports::HttpAnswer answer_of(const json::value &message);

}  // namespace purser::test
