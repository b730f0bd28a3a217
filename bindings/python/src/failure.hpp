// Why a call did not do it, on its way to Python: thrown here, caught at the edge, a PurserError there.
#pragma once
#include <purser.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <string>

#include "python.hpp"

namespace purser_python {

struct Failure {
  std::int32_t status = PURSER_INTERNAL;
  std::string reason, message, parameter, request_id;
  std::int64_t retry_after_ms = 0;

  /// `error` may be null: the library could not make one.
  static Failure from(purser_status status, const purser_error *error);
  static Failure argument(const char *reason, const std::string &parameter, const std::string &message);
};

/// Makes the class purser.PurserError and adds it to the module.
void add_error_class(PyObject *module);
/// An instance of it.
Ref new_error(const Failure &failure);
/// Sets Python's error indicator.
void raise(const Failure &failure) noexcept;

struct Free {
  void operator()(const void *output) const { purser_free(output); }
};
using Output = std::unique_ptr<const void, Free>;
using Error = std::unique_ptr<purser_error, Free>;

/// The edge: whatever is thrown inside becomes a Python exception. `body` returns a Ref.
template <class Body>
PyObject *guarded(Body body) noexcept {
  try {
    return body().release();
  } catch (const Raised &) {
  } catch (const Failure &failure) { raise(failure); } catch (const std::bad_alloc &) {
    PyErr_NoMemory();
  } catch (const std::exception &unexpected) { PyErr_SetString(PyExc_RuntimeError, unexpected.what()); }
  return nullptr;
}

}  // namespace purser_python
