// Texts over a socket between a test and the processes that it starts. For hosts' tests, too: nothing of the house is needed.
#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>

namespace purser::test {

class Frames {
 public:
  explicit Frames(int socket) : socket_(socket) {}
  /// False: the other side is gone.
  bool put(const std::string &text) const {
    const auto size = static_cast<std::uint32_t>(text.size());
    return send_all(reinterpret_cast<const char *>(&size), sizeof size) && send_all(text.data(), text.size());
  }
  /// nullopt: the other side is gone.
  std::optional<std::string> get() const {
    std::uint32_t size = 0;
    if (!receive_all(reinterpret_cast<char *>(&size), sizeof size)) return std::nullopt;
    std::string text(size, '\0');
    if (!receive_all(text.data(), size)) return std::nullopt;
    return text;
  }
  /// Throws where nobody answers.
  std::string ask(const std::string &question) const {
    if (put(question))
      if (auto answer = get()) return std::move(*answer);
    throw std::runtime_error("the test's own process does not answer");
  }

 private:
  bool send_all(const char *from, std::size_t count) const {
    while (count > 0) {
      const ssize_t sent = ::send(socket_, from, count, MSG_NOSIGNAL);
      if (sent <= 0) return false;
      from += sent;
      count -= static_cast<std::size_t>(sent);
    }
    return true;
  }
  bool receive_all(char *into, std::size_t count) const {
    while (count > 0) {
      const ssize_t got = ::recv(socket_, into, count, 0);
      if (got <= 0) return false;
      into += got;
      count -= static_cast<std::size_t>(got);
    }
    return true;
  }

  int socket_;
};

}  // namespace purser::test
