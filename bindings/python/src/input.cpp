#include "input.hpp"

#include <cstdint>
#include <cstring>
#include <string>

#include "failure.hpp"
#include "words.hpp"

namespace purser_python {
namespace {

std::string type_name(PyObject *value) {
  const Ref name = Ref::own(PyObject_GetAttrString(reinterpret_cast<PyObject *>(Py_TYPE(value)), "__name__"));
  const char *text = PyUnicode_AsUTF8AndSize(name.get(), nullptr);
  if (!text) throw Raised{};
  return text;
}

[[noreturn]] void wrong_type(const char *parameter, const char *expected, PyObject *found) {
  throw Failure::argument("argument_type", parameter, std::string("expected ") + expected + ", found " + type_name(found));
}

std::int64_t integer(const char *parameter, PyObject *value) {
  if (!PyLong_Check(value)) wrong_type(parameter, "an int", value);
  const long long number = PyLong_AsLongLong(value);
  if (number != -1 || !PyErr_Occurred()) return number;
  PyErr_Clear();
  throw Failure::argument("argument_out_of_range", parameter, "expected a number that fits in 64 bits");
}

std::int32_t number_of_word(const purserd_field &field, const char *word) {
  if (const auto value = purser_words::value_of(field.enum_name, word)) return *value;
  throw Failure::argument("argument_out_of_range", field.name, purser_words::unknown(field.enum_name, word));
}

const purserd_field *find(const purserd_shape &shape, const char *name) {
  for (std::size_t i = 0; i < shape.field_count; ++i) {
    if (shape.fields[i].kind != PURSERD_RAW && std::strcmp(shape.fields[i].name, name) == 0) return &shape.fields[i];
  }
  return nullptr;
}

}  // namespace

Input::Input(const char *function, PyObject *fields, const purserd_shape &shape)
    : record_((shape.size + sizeof(std::size_t) - 1) / sizeof(std::size_t)) {
  record_[0] = shape.size;
  for (std::size_t i = 0; i < shape.field_count; ++i) {
    const purserd_field &field = shape.fields[i];
    if (field.kind == PURSERD_I32) put(field.offset, static_cast<std::int32_t>(field.default_value));
    if (field.kind == PURSERD_I64) put(field.offset, field.default_value);
  }
  PyObject *key = nullptr, *value = nullptr;
  Py_ssize_t at = 0;
  while (fields && PyDict_Next(fields, &at, &key, &value)) {
    const char *name = PyUnicode_AsUTF8AndSize(key, nullptr);
    if (!name) throw Raised{};
    const purserd_field *field = find(shape, name);
    if (!field) {
      PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", function, key);
      throw Raised{};
    }
    if (value == Py_None) continue;
    field->kind == PURSERD_MAP ? set_map(shape, *field, value) : set(*field, value);
  }
}

template <class Value>
void Input::put(std::size_t offset, Value value) {
  std::memcpy(reinterpret_cast<char *>(record_.data()) + offset, &value, sizeof value);
}

void Input::set(const purserd_field &field, PyObject *value) {
  switch (field.kind) {
    case PURSERD_CSTR: return put(field.offset, text(field.name, value));
    case PURSERD_BYTES: return set_bytes(field, value);
    case PURSERD_CSTR_LIST: return set_list(field, value);
    case PURSERD_I64: return put(field.offset, integer(field.name, value));
    case PURSERD_BOOL:
      if (!PyBool_Check(value)) wrong_type(field.name, "a bool", value);
      return put<std::int32_t>(field.offset, value == Py_True);
    case PURSERD_ENUM:
      if (field.enum_name && PyUnicode_Check(value)) return put(field.offset, number_of_word(field, text(field.name, value)));
      [[fallthrough]];
    case PURSERD_I32: {
      const std::int64_t number = integer(field.name, value);
      if (std::in_range<std::int32_t>(number)) return put(field.offset, static_cast<std::int32_t>(number));
      throw Failure::argument("argument_out_of_range", field.name, "expected a number that fits in 32 bits");
    }
    case PURSERD_F64: {
      const double number = PyFloat_AsDouble(value);
      if (number == -1 && PyErr_Occurred()) throw Raised{};
      return put(field.offset, number);
    }
    default: throw Failure{PURSER_INTERNAL, "unknown_kind", "a kind of field that the extension does not know", field.name, "", 0};
  }
}

const char *Input::text(const char *parameter, PyObject *value) {
  Ref held = PyUnicode_Check(value)                        ? Ref::share(value)
             : PyObject_HasAttrString(value, "__fspath__") ? Ref::own(PyOS_FSPath(value))  // catalog=Path(…)
                                                           : Ref();
  if (!held || !PyUnicode_Check(held.get())) wrong_type(parameter, "a str", value);
  Py_ssize_t size = 0;
  const char *utf8 = PyUnicode_AsUTF8AndSize(held.get(), &size);
  if (!utf8 || std::memchr(utf8, 0, static_cast<std::size_t>(size))) {
    PyErr_Clear();
    throw Failure::argument("argument_not_utf8", parameter, "expected text; this str holds a NUL or half a surrogate pair");
  }
  kept_.push_back(std::move(held));
  return utf8;
}

void Input::set_bytes(const purserd_field &field, PyObject *value) {
  char *data = nullptr;
  Py_ssize_t size = 0;
  if (PyUnicode_Check(value)) {
    data = const_cast<char *>(PyUnicode_AsUTF8AndSize(value, &size));
    if (!data) {
      PyErr_Clear();
      throw Failure::argument("argument_not_utf8", field.name, "expected bytes, or text without halves of surrogate pairs");
    }
    kept_.push_back(Ref::share(value));
  } else {
    const bool changeable = PyByteArray_Check(value) || PyMemoryView_Check(value);
    if (!changeable && !PyBytes_Check(value)) wrong_type(field.name, "bytes or a str", value);
    Ref bytes = changeable ? Ref::own(PyBytes_FromObject(value)) : Ref::share(value);
    if (PyBytes_AsStringAndSize(bytes.get(), &data, &size) != 0) throw Raised{};
    kept_.push_back(std::move(bytes));
  }
  put<const void *>(field.offset, data);
  put(field.extent_offset, static_cast<std::size_t>(size));
}

void Input::set_list(const purserd_field &field, PyObject *value) {
  if (PyUnicode_Check(value) || PyBytes_Check(value) || !PySequence_Check(value)) wrong_type(field.name, "a list of str", value);
  const Ref items = Ref::own(PySequence_Tuple(value));
  const auto count = static_cast<std::size_t>(PyTuple_Size(items.get()));
  auto list = std::make_unique<const char *[]>(count + 1);
  for (std::size_t i = 0; i < count; ++i) list[i] = text(field.name, PyTuple_GetItem(items.get(), static_cast<Py_ssize_t>(i)));
  put_list(field, std::move(list), count);
}

/// A dict of texts fills the two lists that C has for it. Either the dict or the lists: they would overwrite each other.
void Input::set_map(const purserd_shape &shape, const purserd_field &field, PyObject *value) {
  if (!PyObject_HasAttrString(value, "items")) wrong_type(field.name, "a dict of str", value);
  const Ref items = Ref::own(PyMapping_Items(value));
  const auto count = static_cast<std::size_t>(PyList_Size(items.get()));
  auto keys = std::make_unique<const char *[]>(count + 1), values = std::make_unique<const char *[]>(count + 1);
  for (std::size_t i = 0; i < count; ++i) {
    PyObject *pair = PyList_GetItem(items.get(), static_cast<Py_ssize_t>(i));
    const Ref key = Ref::own(PySequence_GetItem(pair, 0)), one = Ref::own(PySequence_GetItem(pair, 1));
    keys[i] = text(field.name, key.get());
    values[i] = text((std::string(field.name) + "." + keys[i]).c_str(), one.get());
  }
  put_list(*find(shape, (std::string(field.name) + "_keys").c_str()), std::move(keys), count);
  put_list(*find(shape, (std::string(field.name) + "_values").c_str()), std::move(values), count);
}

void Input::put_list(const purserd_field &field, std::unique_ptr<const char *[]> list, std::size_t count) {
  const char *const *before = nullptr;
  std::memcpy(&before, reinterpret_cast<const char *>(record_.data()) + field.offset, sizeof before);
  if (before) throw Failure::argument("argument_conflict", field.name, "said twice, as a list and as a dict; leave one out");
  put<const char *const *>(field.offset, list.get());
  put(field.extent_offset, count);
  lists_.push_back(std::move(list));
}

void keywords_only(const char *function, PyObject *args) {
  if (!args || PyTuple_Size(args) == 0) return;
  PyErr_Format(PyExc_TypeError, "%s() takes keyword arguments only", function);
  throw Raised{};
}

}  // namespace purser_python
