#include "clock.hpp"

#include <atomic>
#include <cstdint>
#include <new>

#include "failure.hpp"

namespace purser_python {
namespace {

struct Clock {
  PyObject_HEAD std::atomic<std::int64_t> ms;
};

PyObject *type = nullptr;  // lives as long as the process

Clock &clock_of(PyObject *self) { return *reinterpret_cast<Clock *>(self); }

/// False with an exception set.
bool milliseconds(PyObject *value, std::int64_t &ms) {
  if (!PyLong_Check(value)) {
    PyErr_SetString(PyExc_TypeError, "expected whole milliseconds as an int");
    return false;
  }
  ms = PyLong_AsLongLong(value);
  return ms != -1 || !PyErr_Occurred();
}

PyObject *make(PyTypeObject *cls, PyObject *args, PyObject *kwargs) {
  static const char *names[] = {"now_ms", nullptr};
  PyObject *given = nullptr;
  std::int64_t ms = 0;
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O:ManualClock", const_cast<char **>(names), &given)) return nullptr;
  if (!milliseconds(given, ms)) return nullptr;
  const auto alloc = reinterpret_cast<allocfunc>(PyType_GetSlot(cls, Py_tp_alloc));
  PyObject *self = alloc(cls, 0);
  if (self) new (&clock_of(self).ms) std::atomic<std::int64_t>(ms);
  return self;
}

void dealloc(PyObject *self) {
  PyTypeObject *cls = Py_TYPE(self);
  reinterpret_cast<freefunc>(PyType_GetSlot(cls, Py_tp_free))(self);
  Py_DECREF(reinterpret_cast<PyObject *>(cls));
}

PyObject *now_ms(PyObject *self, void *) { return PyLong_FromLongLong(clock_of(self).ms.load()); }

PyObject *set(PyObject *self, PyObject *value) {
  std::int64_t ms = 0;
  if (!milliseconds(value, ms)) return nullptr;
  clock_of(self).ms = ms;
  return none().release();
}

PyObject *advance(PyObject *self, PyObject *value) {
  std::int64_t ms = 0, to = 0;
  if (!milliseconds(value, ms)) return nullptr;
  if (__builtin_add_overflow(clock_of(self).ms.load(), ms, &to)) {
    PyErr_SetString(PyExc_OverflowError, "the moment does not fit in 64 bits");
    return nullptr;
  }
  clock_of(self).ms = to;
  return none().release();
}

PyObject *repr(PyObject *self) {
  return PyUnicode_FromFormat("purser.ManualClock(now_ms=%lld)", static_cast<long long>(clock_of(self).ms.load()));
}

std::int64_t read(void *context) { return static_cast<Clock *>(context)->ms.load(); }

constexpr const char *doc =
    "ManualClock(now_ms)\n--\n\nA clock that stands still until it is told, for tests. Unix milliseconds. Purser reads it on threads of "
    "its "
    "own, so it cannot be a function.";

PyMethodDef methods[] = {
    {"set", set, METH_O, "set($self, now_ms, /)\n--\n\nIt is now_ms from now on."},
    {"advance", advance, METH_O, "advance($self, ms, /)\n--\n\nIt is so many milliseconds later."},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef properties[] = {{"now_ms", now_ms, nullptr, "unix milliseconds", nullptr}, {nullptr, nullptr, nullptr, nullptr, nullptr}};

}  // namespace

void add_manual_clock(PyObject *module) {
  PyType_Slot slots[] = {
      {Py_tp_doc, const_cast<char *>(doc)},
      {Py_tp_new, reinterpret_cast<void *>(make)},
      {Py_tp_dealloc, reinterpret_cast<void *>(dealloc)},
      {Py_tp_repr, reinterpret_cast<void *>(repr)},
      {Py_tp_methods, methods},
      {Py_tp_getset, properties},
      {0, nullptr},
  };
  PyType_Spec spec = {"purser.ManualClock", sizeof(Clock), 0, Py_TPFLAGS_DEFAULT, slots};
  Ref made = Ref::own(PyType_FromSpec(&spec));
  type = Ref::share(made.get()).release();
  if (PyModule_AddObject(module, "ManualClock", made.get()) != 0) throw Raised{};
  made.release();
}

bool is_manual_clock(PyObject *object) { return PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject *>(type)); }

purser_clock vtable_of(PyObject *clock) { return {sizeof(purser_clock), read, clock}; }

}  // namespace purser_python
