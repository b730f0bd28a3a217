// The module purser._purser.
#include <purser.h>

#include "clock.hpp"
#include "engine.hpp"
#include "failure.hpp"
#include "output.hpp"
#include "python.hpp"
#include "sandbox.hpp"
#include "store.hpp"
#include "tables.hpp"

namespace purser_python {
namespace {

PyObject *close_all(PyObject *, PyObject *) {
  Engine::close_all();
  return none().release();
}

PyMethodDef functions[] = {{"_close_all", close_all, METH_NOARGS, nullptr},
                           {"_set_aio_class", set_aio_class, METH_O, nullptr},
                           {"_sandbox_open", open_sandbox, METH_O, nullptr},
                           {"_sandbox_call", call_sandbox, METH_VARARGS, nullptr},
                           {"_sandbox_secret_key", sandbox_secret_key, METH_O, nullptr},
                           {"_sandbox_now_ms", sandbox_now_ms, METH_O, nullptr},
                           {"_sandbox_close", close_sandbox, METH_O, nullptr},
                           {nullptr, nullptr, 0, nullptr}};
PyModuleDef definition = {PyModuleDef_HEAD_INIT, "purser._purser", nullptr, -1, functions, nullptr, nullptr, nullptr, nullptr};

/// Names of the verbs; the place is the number that _submit takes.
Ref verb_names() {
  Ref names = Ref::own(PyTuple_New(static_cast<Py_ssize_t>(verbs().size())));
  Py_ssize_t at = 0;
  for (const purserd_verb &verb : verbs()) {
    if (PyTuple_SetItem(names.get(), at++, Ref::own(PyUnicode_FromString(verb.name)).release()) != 0) throw Raised{};
  }
  return names;
}

/// Engines must be gone before the interpreter: their threads would wait for a GIL that is no more.
void close_at_exit(PyObject *module) {
  const Ref atexit = Ref::own(PyImport_ImportModule("atexit"));
  const Ref function = Ref::own(PyObject_GetAttrString(module, "_close_all"));
  Ref::own(PyObject_CallMethod(atexit.get(), "register", "O", function.get()));
}

void add(PyObject *module, const char *name, Ref value) {
  if (PyModule_AddObject(module, name, value.get()) != 0) throw Raised{};
  value.release();
}

}  // namespace
}  // namespace purser_python

PyMODINIT_FUNC PyInit__purser() {
  using namespace purser_python;
  return guarded([] {
    Ref module = Ref::own(PyModule_Create(&definition));
    add_error_class(module.get());
    add_manual_clock(module.get());
    add_output_classes(module.get());
    add_store_class(module.get());
    add(module.get(), "version", Ref::own(PyUnicode_FromString(purser_version())));
    add(module.get(), "_verbs", verb_names());
    close_at_exit(module.get());
    return module;
  });
}
