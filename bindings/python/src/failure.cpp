#include "failure.hpp"

namespace purser_python {
namespace {

PyObject *error_class = nullptr;  // lives as long as the process

constexpr const char *error_doc =
    "Why a call did not do it.\n\n`code` says what to do (the status' name; `status` is its number), `reason` is a stable word, the "
    "message names what was "
    "expected, what was found, and the fix; `parameter` is the argument at fault, `request_id` Stripe's, `retry_after_ms` how long to wait "
    "before the same call (0 = not known).";

void set(PyObject *object, const char *name, Ref value) {
  if (PyObject_SetAttrString(object, name, value.get()) != 0) throw Raised{};
}

Ref text(const std::string &from) { return Ref::own(PyUnicode_DecodeUTF8(from.data(), static_cast<Py_ssize_t>(from.size()), "replace")); }

}  // namespace

Failure Failure::from(purser_status status, const purser_error *error) {
  if (error) return {status, error->reason, error->message, error->parameter, error->request_id, error->retry_after_ms};
  const char *name = purser_status_name(status);
  return {status, name ? name : "internal", "the library ran out of memory while it described the error", "", "", 0};
}

Failure Failure::argument(const char *reason, const std::string &parameter, const std::string &message) {
  return {PURSER_INVALID, reason, parameter + ": " + message, parameter, "", 0};
}

void add_error_class(PyObject *module) {
  Ref made = Ref::own(PyErr_NewExceptionWithDoc("purser.PurserError", error_doc, nullptr, nullptr));
  error_class = Ref::share(made.get()).release();
  if (PyModule_AddObject(module, "PurserError", made.get()) != 0) throw Raised{};
  made.release();
}

Ref new_error(const Failure &failure) {
  const Ref message = text(failure.message);
  Ref error = Ref::own(PyObject_CallFunctionObjArgs(error_class, message.get(), nullptr));
  const char *code = purser_status_name(failure.status);
  set(error.get(), "status", Ref::own(PyLong_FromLong(failure.status)));
  set(error.get(), "code", text(code ? code : "internal"));
  set(error.get(), "reason", text(failure.reason));
  set(error.get(), "message", text(failure.message));
  set(error.get(), "parameter", text(failure.parameter));
  set(error.get(), "request_id", text(failure.request_id));
  set(error.get(), "retry_after_ms", Ref::own(PyLong_FromLongLong(failure.retry_after_ms)));
  return error;
}

void raise(const Failure &failure) noexcept {
  try {
    PyErr_SetObject(error_class, new_error(failure).get());
  } catch (const Raised &) {}
}

}  // namespace purser_python
