// check and tier: asked on every request of the host. No exception, no new object but the tier's text, and the GIL is kept: the answer
// takes less time than letting go of it.
#include <cstring>

#include "store.hpp"

namespace purser_python {
namespace {

/// Null for what is no text that C can hold.
const char *hot_text(PyObject *value) {
  Py_ssize_t size = 0;
  const char *text = PyUnicode_AsUTF8AndSize(value, &size);
  if (!text) {
    PyErr_Clear();
    return nullptr;
  }
  return std::memchr(text, 0, static_cast<std::size_t>(size)) ? nullptr : text;
}

}  // namespace

PyObject *check(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  purser_handle *handle = engine_of(self).live();
  const char *account = handle && count == 2 ? hot_text(args[0]) : nullptr;
  const char *feature = account ? hot_text(args[1]) : nullptr;
  PyObject *held = feature && purser_check(handle, account, feature) == 1 ? Py_True : Py_False;
  Py_INCREF(held);
  return held;
}

PyObject *tier(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  purser_handle *handle = engine_of(self).live();
  const char *account = handle && count == 2 ? hot_text(args[0]) : nullptr;
  const char *product = account ? hot_text(args[1]) : nullptr;
  const char *key = product ? purser_tier(handle, account, product) : nullptr;
  if (!key) return none().release();
  return PyUnicode_FromString(key);
}

}  // namespace purser_python
