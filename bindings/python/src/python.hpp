// Python's stable interface (abi3, from 3.9) and an owned reference. Everything in this folder runs with the GIL held unless it says
// otherwise.
#pragma once
#define Py_LIMITED_API 0x03090000
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <utility>

// Exported and unchanged since 3.3 and 3.7; the headers promise them from 3.10 on only.
extern "C" PyAPI_FUNC(const char *) PyUnicode_AsUTF8AndSize(PyObject *unicode, Py_ssize_t *size);
#ifndef METH_FASTCALL
#define METH_FASTCALL 0x0080
#endif

namespace purser_python {

/// Thrown where Python's error indicator is set.
struct Raised {};

class Ref {
 public:
  Ref() = default;
  /// Takes over a new reference; throws Raised for null.
  static Ref own(PyObject *made) {
    if (!made) throw Raised{};
    return Ref(made);
  }
  static Ref share(PyObject *borrowed) {
    Py_XINCREF(borrowed);
    return Ref(borrowed);
  }
  Ref(Ref &&other) noexcept : held_(std::exchange(other.held_, nullptr)) {}
  Ref &operator=(Ref &&other) noexcept {
    std::swap(held_, other.held_);
    return *this;
  }
  ~Ref() { Py_XDECREF(held_); }
  PyObject *get() const { return held_; }
  PyObject *release() { return std::exchange(held_, nullptr); }
  explicit operator bool() const { return held_ != nullptr; }

 private:
  explicit Ref(PyObject *held) : held_(held) {}
  PyObject *held_ = nullptr;
};

inline Ref none() { return Ref::share(Py_None); }

/// Lets other Python threads run.
class WithoutGil {
 public:
  WithoutGil() : saved_(PyEval_SaveThread()) {}
  ~WithoutGil() { PyEval_RestoreThread(saved_); }
  WithoutGil(const WithoutGil &) = delete;
  WithoutGil &operator=(const WithoutGil &) = delete;

 private:
  PyThreadState *saved_;
};

/// Keeps a pending exception through code that may raise and swallow others.
class SavedError {
 public:
  SavedError() { PyErr_Fetch(&type_, &value_, &trace_); }
  ~SavedError() { PyErr_Restore(type_, value_, trace_); }
  SavedError(const SavedError &) = delete;
  SavedError &operator=(const SavedError &) = delete;

 private:
  PyObject *type_ = nullptr, *value_ = nullptr, *trace_ = nullptr;
};

}  // namespace purser_python
