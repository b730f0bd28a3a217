#include "sandbox.hpp"

#include <optional>

#include "engine.hpp"
#include "failure.hpp"
#include "input.hpp"
#include "store.hpp"

namespace purser_python {
namespace {

using purser_words::Given;
using purser_words::Gives;
using purser_words::Word;
using Shared = std::shared_ptr<Box>;

constexpr const char *capsule_name = "purser.sandbox";

/// Its server may still wait for an answer of this program: without the GIL.
void end(Shared box) {
  const WithoutGil released;
  box.reset();
}

void forget(PyObject *capsule) {
  auto *held = static_cast<Shared *>(PyCapsule_GetPointer(capsule, capsule_name));
  if (!held) return PyErr_Clear();
  const SavedError saved;
  end(std::move(*held));
  delete held;
}

Shared &held(PyObject *capsule) {
  if (PyCapsule_IsValid(capsule, capsule_name)) return *static_cast<Shared *>(PyCapsule_GetPointer(capsule, capsule_name));
  throw Failure::argument("argument_type", "sandbox", "expected a Sandbox, as in Purser.open(**box.config, store=…)");
}

Shared required(PyObject *capsule) {
  if (Shared box = held(capsule)) return box;
  throw Failure{PURSER_CLOSED, "closed", "the sandbox is closed: make a new one", "", "", 0};
}

Ref text(const char *from) { return Ref::own(PyUnicode_FromString(from ? from : "")); }

Ref shown(Gives gives, const Given &given) {
  if (gives == Gives::text) return text(given.text);
  if (gives == Gives::answer) return Ref::own(Py_BuildValue("(iN)", given.status, text(given.text).release()));
  if (gives == Gives::nothing) return none();
  Ref counts = Ref::own(PyDict_New());
  for (const auto &[name, count] : purser_words::report_counts) {
    const Ref number = Ref::own(PyLong_FromLongLong(given.report.*count));
    if (PyDict_SetItemString(counts.get(), name, number.get()) != 0) throw Raised{};
  }
  return counts;
}

Ref run(const Shared &box, const Word &word, PyObject *fields, PyObject *store) {
  Input input(word.name, fields, *word.in);
  std::optional<Engine::Use> use;
  if (store != Py_None) use.emplace(engine_of(store));
  Given given{};
  purser_error *error = nullptr;
  purser_status status = PURSER_OK;
  {
    const WithoutGil released;
    status = word.run(box->box, use ? use->handle() : nullptr, input.get(), given, &error);
  }
  const Error owned(error);
  const Output owned_text(given.text);
  if (status != PURSER_OK) throw Failure::from(status, error);
  return shown(word.gives, given);
}

}  // namespace

Shared sandbox_of(PyObject *object) {
  const Ref capsule = PyObject_HasAttrString(object, "_box") ? Ref::own(PyObject_GetAttrString(object, "_box")) : Ref::share(object);
  return required(capsule.get());
}

PyObject *open_sandbox(PyObject *, PyObject *fields) {
  return guarded([&] {
    Input options("Sandbox", fields, purser_words::options_shape);
    purser_sandbox *opened = nullptr;
    purser_error *error = nullptr;
    purser_status status = PURSER_OK;
    {
      const WithoutGil released;
      status = purser_sandbox_open_with(static_cast<purser_sandbox_options *>(options.get()), &opened, &error);
    }
    const Error owned(error);
    if (status != PURSER_OK) throw Failure::from(status, error);
    auto made = std::make_unique<Shared>(std::make_shared<Box>(opened));
    Ref capsule = Ref::own(PyCapsule_New(made.get(), capsule_name, forget));
    static_cast<void>(made.release());
    return capsule;
  });
}

PyObject *call_sandbox(PyObject *, PyObject *args) {
  return guarded([&] {
    PyObject *capsule = nullptr, *fields = nullptr, *store = nullptr;
    const char *name = nullptr;
    if (!PyArg_ParseTuple(args, "OsOO", &capsule, &name, &fields, &store)) throw Raised{};
    const Word *word = purser_words::word_named(name);
    if (!word || !PyDict_Check(fields) || !(store == Py_None || is_store(store))) {
      PyErr_SetString(PyExc_TypeError, "expected a word of the sandbox, its fields, and a Purser or None");
      throw Raised{};
    }
    return run(required(capsule), *word, fields, store);
  });
}

PyObject *sandbox_secret_key(PyObject *, PyObject *capsule) {
  return guarded([&] { return text(purser_sandbox_secret_key(required(capsule)->box)); });
}

PyObject *sandbox_now_ms(PyObject *, PyObject *capsule) {
  return guarded([&] { return Ref::own(PyLong_FromLongLong(purser_sandbox_now_ms(required(capsule)->box))); });
}

PyObject *close_sandbox(PyObject *, PyObject *capsule) {
  return guarded([&] {
    end(std::exchange(held(capsule), nullptr));
    return none();
  });
}

}  // namespace purser_python
