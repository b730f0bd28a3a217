// The C functions' common ground: the handle, the exception firewall, inputs of every size.
#pragma once
#include <purser_sandbox.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "sandbox/sandbox.hpp"
#include "sandbox/server.hpp"

/// What a configuration is turned to lives here.
struct purser_sandbox {
  explicit purser_sandbox(const purser::sandbox::Options &options) : box(options) {}

  purser::sandbox::Sandbox box;
  purser_http http{};
  purser_clock clock{};
  std::deque<std::string> texts;                     ///< what configurations point to
  std::deque<std::vector<const char *>> text_lists;  ///< the same, as lists
  std::mutex mutex;                                  ///< of all but `box`
  std::unique_ptr<purser::sandbox::Server> server;   ///< stops before the rest goes
  const pid_t process = ::getpid();                  ///< whose threads and locks these are
};

namespace purser::sandbox::c {

/// The one exception firewall: what throws becomes a status and an error object.
template <class Body>
purser_status guarded(purser_error **error, Body body) noexcept {
  if (error) *error = nullptr;
  const auto ended = [&](purser_status status, const char *reason, const char *message, const char *parameter) {
    if (error) *error = purser_error_make(status, reason, message, parameter);
    return status;
  };
  try {
    body();
    return PURSER_OK;
  } catch (const Failure &failure) {
    const Error &why = failure.error();
    return ended(static_cast<purser_status>(why.status), why.reason.c_str(), why.message.c_str(), why.parameter.c_str());
  } catch (const std::bad_alloc &) {
    return ended(PURSER_NO_MEMORY, "no_memory", "the allocator gave nothing", "");
  } catch (const std::exception &unexpected) { return ended(PURSER_INTERNAL, "internal", unexpected.what(), ""); } catch (...) {
    return ended(PURSER_INTERNAL, "internal", "an exception of unknown kind", "");
  }
}

[[noreturn]] inline void missing(const char *parameter) {
  throw Failure(Status::invalid, "argument_missing", std::string(parameter) + ": expected a value, found NULL; pass one", parameter);
}
inline Sandbox &usable(purser_sandbox *box) {
  if (!box) missing("box");
  if (box->process != ::getpid())
    throw Failure(Status::forked, "handle_of_parent",
                  "the sandbox was opened in the parent process and is dead in this forked child; open one here", "box");
  return box->box;
}
inline std::string required(const char *text, const char *parameter) {
  if (!text) missing(parameter);
  return text;
}
inline std::string optional(const char *text) { return text ? text : ""; }

/// A full-sized copy of an input: a shorter one is an older host's, a longer one may hold nothing that this library does not know.
template <class In>
In accepted(const In *in, const char *parameter) {
  In full{};
  if (!in) missing(parameter);
  const std::size_t size = in->struct_size;
  constexpr std::size_t wildest = 4096;
  if (size < sizeof(std::size_t) || size > wildest)
    throw Failure(Status::invalid, "struct_size_wrong", "struct_size: expected the size of the struct, found another; use PURSER_IN",
                  parameter);
  const auto *bytes = reinterpret_cast<const unsigned char *>(in);
  for (std::size_t i = sizeof(In); i < size; ++i)
    if (bytes[i] != 0)
      throw Failure(Status::unsupported, "input_too_new",
                    "struct_size: expected what this library knows, found a field that it does not; update it", parameter);
  std::memcpy(&full, in, std::min(size, sizeof(In)));
  return full;
}

/// A text for the caller, freed with purser_free.
inline const char *given(const std::string &text) {
  const char *out = purser_text_make(text.data(), text.size());
  if (!out) throw std::bad_alloc();
  return out;
}

}  // namespace purser::sandbox::c
