// The class Purser: an open store as Python holds it; every verb is a method. It has no subclasses: Python calls the methods of exactly
// this class without looking them up again.
#pragma once
#include "engine.hpp"
#include "python.hpp"

namespace purser_python {

void add_store_class(PyObject *module);
/// The class whose instances `aio` gives out: a function of the module.
PyObject *set_aio_class(PyObject *module, PyObject *made);
/// The engine of a Purser; `self` must be one.
Engine &engine_of(PyObject *self);
bool is_store(PyObject *object);

// hot.cpp: METH_FASTCALL
PyObject *check(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *tier(PyObject *self, PyObject *const *args, Py_ssize_t count);

}  // namespace purser_python
