// Verbs as methods of Purser, both forms.
#pragma once
#include <cstddef>

#include "python.hpp"

namespace purser_python {

/// One blocking verb; `self` is a Purser, or null for a verb that needs none. Lets other threads run meanwhile.
PyObject *call_verb(std::size_t verb, PyObject *self, PyObject *args, PyObject *fields);

/// _submit(verb, fields, done) → id, for cancel. `done(value, error)` is called once, on an engine thread, with one of them None.
PyObject *submit_verb(PyObject *self, PyObject *args);
/// _cancel(id): one that runs or has ended keeps its own result.
PyObject *cancel_call(PyObject *self, PyObject *id);
/// run_due(budget_ms=0) → how many calls ended.
PyObject *run_due(PyObject *self, PyObject *args, PyObject *kwargs);

}  // namespace purser_python
