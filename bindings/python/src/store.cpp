#include "store.hpp"

#include <structmember.h>

#include <array>
#include <string>
#include <utility>

#include "call.hpp"
#include "clock.hpp"
#include "failure.hpp"
#include "input.hpp"
#include "tables.hpp"

namespace purser_python {
namespace {

struct Store {
  PyObject_HEAD Engine *engine;
  PyObject *weak_references;
};

PyObject *store_class = nullptr;  // lives as long as the process
PyObject *aio_class = nullptr;    // of the package's _aio.py; lives as long as the process

Ref new_store(PyTypeObject *type) {
  const auto alloc = reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc));
  Ref self = Ref::own(alloc(type, 0));
  reinterpret_cast<Store *>(self.get())->engine = new Engine;
  return self;
}

PyObject *no_constructor(PyTypeObject *, PyObject *, PyObject *) {
  PyErr_SetString(PyExc_TypeError, "use Purser.open(store=…)");
  return nullptr;
}

void dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (reinterpret_cast<Store *>(self)->weak_references) PyObject_ClearWeakRefs(self);
  if (Engine *engine = reinterpret_cast<Store *>(self)->engine) Engine::retire(engine);
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(reinterpret_cast<PyObject *>(type));
}

int traverse(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT(reinterpret_cast<PyObject *>(Py_TYPE(self)));
  if (Engine *engine = reinterpret_cast<Store *>(self)->engine) {
    Py_VISIT(engine->log);
    Py_VISIT(engine->clock);
  }
  return 0;
}

/// A log function that knows its store is a ring. The clock knows nobody, and the engine still reads it.
int clear(PyObject *self) {
  if (Engine *engine = reinterpret_cast<Store *>(self)->engine) Py_CLEAR(engine->log);
  return 0;
}

/// What has no C form of its own: taken out of the fields. A new reference or null.
PyObject *taken(PyObject *fields, const char *name) {
  PyObject *value = PyDict_GetItemString(fields, name);
  if (!value) return nullptr;
  Py_INCREF(value);
  if (PyDict_DelItemString(fields, name) != 0) throw Raised{};
  if (value != Py_None) return value;
  Py_DECREF(value);
  return nullptr;
}

PyObject *open(PyObject *cls, PyObject *args, PyObject *kwargs) {
  return guarded([&] {
    keywords_only("open", args);
    Ref self = new_store(reinterpret_cast<PyTypeObject *>(cls));
    Engine &engine = engine_of(self.get());
    const Ref fields = Ref::own(kwargs ? PyDict_Copy(kwargs) : PyDict_New());
    engine.log = taken(fields.get(), "log");
    if (engine.log && !PyCallable_Check(engine.log)) {
      throw Failure::argument("argument_type", "log", "expected a function of (level, message)");
    }
    Ref clock = Ref::share(nullptr);
    if (PyObject *given = taken(fields.get(), "clock")) clock = Ref::own(given);
    if (clock && !is_manual_clock(clock.get())) throw Failure::argument("argument_type", "clock", "expected a ManualClock");
    engine.clock = clock.release();
    if (PyObject *given = taken(fields.get(), "sandbox")) engine.sandbox = sandbox_of(Ref::own(given).get());
    if (engine.sandbox && engine.clock)
      throw Failure::argument("argument_conflict", "clock", "a sandbox has a clock of its own; leave it out and use advance");
    Input config("open", fields.get(), config_shape());
    engine.open(*static_cast<purser_config *>(config.get()));
    return self;
  });
}

PyObject *close(PyObject *self, PyObject *) {
  return guarded([&] {
    engine_of(self).close();
    return none();
  });
}

PyObject *enter(PyObject *self, PyObject *) { return Ref::share(self).release(); }

PyObject *leave(PyObject *self, PyObject *) { return close(self, nullptr); }

PyObject *aio(PyObject *self, void *) { return PyObject_CallFunctionObjArgs(aio_class, self, nullptr); }

PyObject *allowed_origins(PyObject *self, void *) {
  return guarded([&] {
    const std::vector<std::string> &origins = engine_of(self).allowed_origins;
    Ref made = Ref::own(PyTuple_New(static_cast<Py_ssize_t>(origins.size())));
    for (std::size_t i = 0; i < origins.size(); ++i) {
      if (PyTuple_SetItem(made.get(), static_cast<Py_ssize_t>(i), Ref::own(PyUnicode_FromString(origins[i].c_str())).release()) != 0)
        throw Raised{};
    }
    return made;
  });
}

PyObject *is_closed(PyObject *self, void *) { return PyBool_FromLong(engine_of(self).live() == nullptr); }

template <std::size_t Index>
PyObject *verb_method(PyObject *self, PyObject *args, PyObject *fields) {
  return call_verb(Index, self, args, fields);
}

/// ", account, at_ms=None": a required field has no default.
std::string parameters(const purserd_shape &shape) {
  std::string made;
  for (std::size_t i = 0; i < shape.field_count; ++i) {
    const purserd_field &field = shape.fields[i];
    const std::string name = field.name;
    if (field.kind == PURSERD_RAW && name != "log" && name != "clock") continue;  // C's alone
    made += ", " + name;
    if (!(field.flags & PURSERD_REQUIRED)) made += field.kind == PURSERD_BOOL ? "=False" : "=None";
  }
  return made;
}

std::string descriptions(const purserd_shape &shape) {
  std::string made = "\n";
  for (std::size_t i = 0; i < shape.field_count; ++i) made += std::string("\n") + shape.fields[i].name + ": " + shape.fields[i].doc;
  return made;
}

/// "name($self, /, *, account, at_ms=None)\n--\n\n…": what inspect.signature reads.
std::string verb_doc(const purserd_verb &verb) {
  const char *begin = verb.flags & PURSERD_PURE ? "(*" : "($self, /, *";
  return verb.name + (begin + parameters(*verb.in)) + ")\n--\n\n" + verb.doc + descriptions(*verb.in);
}

std::string open_doc() {
  return "open($type, /, *" + parameters(config_shape()) +
         ", sandbox=None)\n--\n\nOpens the store, makes or migrates its tables, applies the catalog." + descriptions(config_shape());
}

PyCFunction as_function(PyObject *(*function)(PyObject *, PyObject *, PyObject *)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}
PyCFunction as_function(PyObject *(*function)(PyObject *, PyObject *const *, Py_ssize_t)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

constexpr PyMethodDef own_methods[] = {
    {"_submit", submit_verb, METH_VARARGS, nullptr},
    {"_cancel", cancel_call, METH_O, nullptr},
    {"__enter__", enter, METH_NOARGS, nullptr},
    {"__exit__", leave, METH_VARARGS, nullptr},
    {"close", close, METH_NOARGS,
     "close($self, /)\n--\n\nEnds waiting calls with the code \"canceled\", lets the running ones finish. A second call is fine. A "
     "forgotten store "
     "closes when it is collected. PurserError (busy) from the log function of this store."},
};
constexpr std::size_t own_count = std::size(own_methods), hot_count = 4;
using Methods = std::array<PyMethodDef, PURSERD_VERB_COUNT + own_count + hot_count + 1>;  // the last one ends the list

template <std::size_t... Index>
const Methods &methods(std::index_sequence<Index...>) {
  static const std::array<std::string, sizeof...(Index)> docs = {verb_doc(verbs()[Index])...};
  static const std::string opening = open_doc();
  static const Methods made = [] {
    Methods all{};
    std::size_t at = 0;
    const auto flags = [](std::size_t i) { return METH_VARARGS | METH_KEYWORDS | (verbs()[i].flags & PURSERD_PURE ? METH_STATIC : 0); };
    ((all[at++] = {verbs()[Index].name, as_function(verb_method<Index>), flags(Index), docs[Index].c_str()}), ...);
    for (const PyMethodDef &method : own_methods) all[at++] = method;
    all[at++] = {"open", as_function(open), METH_VARARGS | METH_KEYWORDS | METH_CLASS, opening.c_str()};
    all[at++] = {"run_due", as_function(run_due), METH_VARARGS | METH_KEYWORDS,
                 "run_due($self, /, budget_ms=0)\n--\n\nOpened with threads=0: runs what waits, for at most budget_ms (0 = to the end). "
                 "How many calls ended."};
    all[at++] = {"check", as_function(check), METH_FASTCALL,
                 "check($self, account, feature, /)\n--\n\nDoes the account hold the feature now? False for anything unknown, for anything "
                 "that is no "
                 "str, and when closed; never raises."};
    all[at++] = {"tier", as_function(tier), METH_FASTCALL,
                 "tier($self, account, product, /)\n--\n\nThe account's tier of the product; None for an unknown product, for anything "
                 "that is no str, "
                 "and when closed; never raises."};
    return all;
  }();
  return made;
}

PyGetSetDef properties[] = {
    {"closed", is_closed, nullptr, "whether it is closed or closing", nullptr},
    {"allowed_origins", allowed_origins, nullptr, "the origins that open was given, or the sandbox'", nullptr},
    {"aio", aio, nullptr, "the verbs as coroutines", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyMemberDef members[] = {
    {const_cast<char *>("__weaklistoffset__"), T_PYSSIZET, offsetof(Store, weak_references), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

}  // namespace

PyObject *set_aio_class(PyObject *, PyObject *made) {
  Py_XDECREF(std::exchange(aio_class, Ref::share(made).release()));
  return none().release();
}

bool is_store(PyObject *object) { return PyObject_TypeCheck(object, reinterpret_cast<PyTypeObject *>(store_class)); }

Engine &engine_of(PyObject *self) { return *reinterpret_cast<Store *>(self)->engine; }

void add_store_class(PyObject *module) {
  const Methods &all = methods(std::make_index_sequence<PURSERD_VERB_COUNT>());
  PyType_Slot slots[] = {
      {Py_tp_doc,
       const_cast<char *>("An open store, made by Purser.open(store=...). Open one per store and process and share it between threads.")},
      {Py_tp_new, reinterpret_cast<void *>(no_constructor)},
      {Py_tp_dealloc, reinterpret_cast<void *>(dealloc)},
      {Py_tp_traverse, reinterpret_cast<void *>(traverse)},
      {Py_tp_clear, reinterpret_cast<void *>(clear)},
      {Py_tp_methods, const_cast<PyMethodDef *>(all.data())},
      {Py_tp_getset, properties},
      {Py_tp_members, members},
      {0, nullptr},
  };
  PyType_Spec spec = {"purser.Purser", sizeof(Store), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
  Ref made = Ref::own(PyType_FromSpec(&spec));
  store_class = Ref::share(made.get()).release();
  if (PyModule_AddObject(module, "Purser", made.get()) != 0) throw Raised{};
  made.release();
}

}  // namespace purser_python
