// ManualClock: a clock that stands still until it is told. The engine reads it on threads of its own and inside check, so it is an atomic
// number and never calls into Python.
#pragma once
#include <purser.h>

#include "python.hpp"

namespace purser_python {

void add_manual_clock(PyObject *module);
/// Whether it is one.
bool is_manual_clock(PyObject *object);
/// Valid as long as `clock` is.
purser_clock vtable_of(PyObject *clock);

}  // namespace purser_python
