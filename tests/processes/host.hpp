// One of several hosts on one store: a process of its own, on the public C++ header, told over a socket what arrives. Its Stripe is the
// test's sandbox, by another socket; its clock is the sandbox's.
#pragma once
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "support/frames.hpp"

namespace purser::test {

/// What a host is started with.
struct Premises {
  std::string store, secret_key, webhook_secret;
  const std::atomic<std::int64_t> *now_ms = nullptr;  ///< shared with the test
};

class HostProcess {
 public:
  explicit HostProcess(const Premises &premises);
  ~HostProcess() { kill(); }
  HostProcess(const HostProcess &) = delete;
  HostProcess &operator=(const HostProcess &) = delete;

  /// Dies now, whatever it is doing.
  void kill();

  /// Told to do something; it answers on the same line when it is done.
  int line() const { return line_; }
  /// Its requests to Stripe, each waiting for an answer.
  int stripe() const { return stripe_; }

 private:
  pid_t process_ = 0;
  int line_ = -1, stripe_ = -1;
};

}  // namespace purser::test
