// The class Store: an open store as Python holds it. The package derives its Purser from it; every verb is a method.
#pragma once
#include "engine.hpp"
#include "python.hpp"

namespace purser_python {

void add_store_class(PyObject *module);
/// The engine of a Store; `self` must be one.
Engine &engine_of(PyObject *self);

// hot.cpp: METH_FASTCALL
PyObject *check(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *tier(PyObject *self, PyObject *const *args, Py_ssize_t count);

}  // namespace purser_python
