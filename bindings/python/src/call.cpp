#include "call.hpp"

#include <memory>
#include <optional>

#include "failure.hpp"
#include "input.hpp"
#include "output.hpp"
#include "store.hpp"

namespace purser_python {
namespace {

bool always_answers(const purserd_verb &verb) { return verb.flags & PURSERD_ALWAYS_OUTPUT; }

/// What the library gave out, as Python's value; throws Failure.
Ref result(const purserd_verb &verb, purser_status status, const Output &out, const Error &error) {
  if (status != PURSER_OK && !(always_answers(verb) && out)) throw Failure::from(status, error.get());
  return answer(verb, out.get());
}

Ref blocking(const purserd_verb &verb, Engine *engine, PyObject *fields) {
  Input input(verb.name, fields, *verb.in);
  std::optional<Engine::Use> use;
  if (engine && !(verb.flags & PURSERD_PURE)) use.emplace(*engine);
  const void *out = nullptr;
  purser_error *error = nullptr;
  purser_status status = PURSER_OK;
  {
    const WithoutGil released;
    status = verb.call(use ? use->handle() : nullptr, input.get(), &out, &error);
  }
  return result(verb, status, Output(out), Error(error));
}

/// A call whose end is told to `done`. It keeps its store open.
struct Call {
  const purserd_verb &verb;
  Ref store, done;

  void end(PyObject *value, PyObject *error) const {
    Py_XDECREF(PyObject_CallFunctionObjArgs(done.get(), value ? value : Py_None, error ? error : Py_None, nullptr));
    PyErr_Clear();  // e.g. the event loop is closed: there is nobody to tell
  }

  void finish(purser_status status, const Output &out, const Error &error) const {
    try {
      end(result(verb, status, out, error).get(), nullptr);
    } catch (const Failure &failure) { end(nullptr, new_error(failure).get()); }
  }

  /// On an engine thread. The last reference to the store may go here: Callback makes it close elsewhere.
  static void ended(void *context, purser_status status, const void *out, purser_error *error) {
    const Output owned(out);
    const Error owned_error(error);
    const PyGILState_STATE gil = PyGILState_Ensure();
    {
      std::unique_ptr<Call> call(static_cast<Call *>(context));
      const Engine::Callback inside(engine_of(call->store.get()));
      const SavedError saved;
      try {
        call->finish(status, owned, owned_error);
      } catch (const Raised &) { PyErr_Clear(); } catch (const std::bad_alloc &) {
      }
      call.reset();
    }
    PyGILState_Release(gil);
  }
};

std::uint64_t submit(Engine &engine, std::unique_ptr<Call> call, PyObject *fields) {
  Input input(call->verb.name, fields, *call->verb.in);
  const Engine::Use use(engine);
  purser_call submitted{};
  submitted.struct_size = sizeof submitted;
  submitted.in = input.get();
  submitted.done = Call::ended;
  submitted.context = call.get();
  submitted.verb = call->verb.id;
  std::uint64_t id = 0;
  purser_error *error = nullptr;
  purser_status status = PURSER_OK;
  {
    const WithoutGil released;
    status = purser_submit(use.handle(), &submitted, &id, &error);
  }
  const Error owned(error);
  if (status != PURSER_OK) throw Failure::from(status, error);
  static_cast<void>(call.release());  // `ended` owns it, or did
  return id;
}

}  // namespace

PyObject *call_verb(std::size_t index, PyObject *self, PyObject *args, PyObject *fields) {
  const purserd_verb &verb = verbs()[index];
  return guarded([&] {
    keywords_only(verb.name, args);
    try {
      return blocking(verb, self ? &engine_of(self) : nullptr, fields);
    } catch (const Failure &failure) {
      if (always_answers(verb)) return refusal(verb, failure);
      throw;
    }
  });
}

PyObject *submit_verb(PyObject *self, PyObject *args) {
  return guarded([&] {
    Py_ssize_t index = 0;
    PyObject *fields = nullptr, *done = nullptr;
    if (!PyArg_ParseTuple(args, "nOO", &index, &fields, &done)) throw Raised{};
    if (index < 0 || static_cast<std::size_t>(index) >= verbs().size() || !PyDict_Check(fields)) {
      PyErr_SetString(PyExc_TypeError, "_submit(verb, fields, done)");
      throw Raised{};
    }
    const purserd_verb &verb = verbs()[static_cast<std::size_t>(index)];
    try {
      auto call = std::make_unique<Call>(Call{verb, Ref::share(self), Ref::share(done)});
      return Ref::own(PyLong_FromUnsignedLongLong(submit(engine_of(self), std::move(call), fields)));
    } catch (const Failure &failure) {
      if (!always_answers(verb)) throw;
      const Ref refused = refusal(verb, failure);
      Py_DECREF(Ref::own(PyObject_CallFunctionObjArgs(done, refused.get(), Py_None, nullptr)).release());
      return Ref::own(PyLong_FromLong(0));  // no call has this id
    }
  });
}

PyObject *cancel_call(PyObject *self, PyObject *id) {
  return guarded([&] {
    const unsigned long long number = PyLong_AsUnsignedLongLong(id);
    if (PyErr_Occurred()) throw Raised{};
    Engine &engine = engine_of(self);
    if (engine.live()) {
      const Engine::Use use(engine);
      const WithoutGil released;
      purser_cancel(use.handle(), number);
    }
    return none();
  });
}

PyObject *run_due(PyObject *self, PyObject *args, PyObject *kwargs) {
  return guarded([&] {
    static const char *names[] = {"budget_ms", nullptr};
    long long budget_ms = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|L:run_due", const_cast<char **>(names), &budget_ms)) throw Raised{};
    const Engine::Use use(engine_of(self));
    std::int64_t count = 0;
    purser_error *error = nullptr;
    purser_status status = PURSER_OK;
    {
      const WithoutGil released;
      status = purser_run_due(use.handle(), budget_ms, &count, &error);
    }
    const Error owned(error);
    if (status != PURSER_OK) throw Failure::from(status, error);
    return Ref::own(PyLong_FromLongLong(count));
  });
}

}  // namespace purser_python
