// The sandbox, for purser/_sandbox.py. Its words are in bindings/sandbox_words.hpp; a program holds it as a capsule.
#pragma once
#include <sandbox_words.hpp>

#include <memory>

#include "python.hpp"

namespace purser_python {

using purser_words::Box;

/// The sandbox of a capsule, or of an object whose `_box` is one. Throws Failure.
std::shared_ptr<Box> sandbox_of(PyObject *object);

PyObject *open_sandbox(PyObject *, PyObject *fields);         ///< _sandbox_open(fields) → capsule
PyObject *call_sandbox(PyObject *, PyObject *args);           ///< _sandbox_call(capsule, word, fields, store or None) → answer
PyObject *sandbox_secret_key(PyObject *, PyObject *capsule);  ///< _sandbox_secret_key(capsule)
PyObject *sandbox_now_ms(PyObject *, PyObject *capsule);      ///< _sandbox_now_ms(capsule)
PyObject *close_sandbox(PyObject *, PyObject *capsule);       ///< _sandbox_close(capsule): the program's own hold on it ends

}  // namespace purser_python
