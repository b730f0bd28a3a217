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
  Engine &engine = engine_of(self);
  const char *account = engine.live() && count == 2 ? hot_text(args[0]) : nullptr;
  const char *feature = account ? hot_text(args[1]) : nullptr;
  PyObject *held = Py_False;
  if (feature) {
    engine.begin_use();
    if (purser_check(engine.live(), account, feature) == 1) held = Py_True;
    engine.end_use();
  }
  Py_INCREF(held);
  return held;
}

PyObject *tier(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  Engine &engine = engine_of(self);
  const char *account = engine.live() && count == 2 ? hot_text(args[0]) : nullptr;
  const char *product = account ? hot_text(args[1]) : nullptr;
  if (!product) return none().release();
  engine.begin_use();
  const char *key = purser_tier(engine.live(), account, product);
  PyObject *text = key ? PyUnicode_FromString(key) : none().release();  // before close can take the key away
  engine.end_use();
  return text;
}

}  // namespace purser_python
