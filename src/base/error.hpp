// The one error value of the whole engine. Everything below the C ABI throws `Failure`; pure verdict functions return values.
#pragma once
#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace purser {

/// What a host can do about an error. The numbers are ABI (PURSER_*); never renumber.
enum class Status : std::int32_t {
  ok = 0,
  invalid = 1,      ///< an argument, a document or a catalog is wrong: fix the call
  not_found = 2,    ///< no such account, product, feature, call
  conflict = 3,     ///< it contradicts what is stored
  refused = 4,      ///< a safety rule: placeholder secret, wrong mode, unsigned
  unavailable = 5,  ///< locked store, full disk, no answer: the same call may succeed later
  corrupt = 6,      ///< the store is damaged or is no store
  timeout = 7,      ///< deadline_ms passed
  canceled = 8,     ///< purser_cancel or purser_close ended it
  busy = 9,         ///< not now: called from where it must not be
  closed = 10,      ///< the handle is closing
  forked = 11,      ///< the handle belongs to the parent process
  no_memory = 12,
  limit = 13,        ///< a documented limit was exceeded
  unsupported = 14,  ///< a newer store, a missing build option
  internal = 15,     ///< a bug in Purser
};

/// code = what to do; reason = stable machine word (`store_locked`); message = one line: expected, found, fix.
struct Error {
  Status status = Status::ok;
  std::string reason;
  std::string message;
  std::string parameter;   ///< the argument or path at fault; empty if none
  std::string request_id;  ///< Stripe's request id, where one exists
  std::int64_t retry_after_ms = 0;
};

class Failure : public std::exception {
 public:
  explicit Failure(Error error) : error_(std::move(error)) {}
  Failure(Status status, std::string reason, std::string message, std::string parameter = {})
      : error_{status, std::move(reason), std::move(message), std::move(parameter), {}, 0} {}
  const char *what() const noexcept override { return error_.message.c_str(); }
  const Error &error() const noexcept { return error_; }

 private:
  Error error_;
};

}  // namespace purser
