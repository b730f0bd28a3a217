#include "output.hpp"

#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace purser_python {
namespace {

constexpr std::int32_t http_internal_error = 500, http_unavailable = 503;

/// Classes live as long as the process, and Python keeps pointers to what they were made of.
struct Made {
  std::string name;
  std::vector<PyStructSequence_Field> fields;
  PyTypeObject *type = nullptr;
};
std::map<const purserd_shape *, std::unique_ptr<Made>> classes;

template <class Value>
Value read(const void *record, std::size_t offset) {
  Value value;
  std::memcpy(&value, static_cast<const char *>(record) + offset, sizeof value);
  return value;
}

Ref text(const char *from, std::size_t size) {
  return Ref::own(PyUnicode_DecodeUTF8(from ? from : "", from ? static_cast<Py_ssize_t>(size) : 0, "replace"));
}
Ref text(const char *from) { return text(from, from ? std::strlen(from) : 0); }
Ref integer(std::int64_t from) { return Ref::own(PyLong_FromLongLong(from)); }

template <class Make>
Ref list(std::size_t count, Make make) {
  Ref made = Ref::own(PyList_New(static_cast<Py_ssize_t>(count)));
  for (std::size_t i = 0; i < count; ++i) {
    if (PyList_SetItem(made.get(), static_cast<Py_ssize_t>(i), make(i).release()) != 0) throw Raised{};
  }
  return made;
}

Ref texts(const purser_text_list *from) {
  return list(purser_text_list_count(from), [&](std::size_t i) { return text(purser_text_list_at(from, i)); });
}

Ref shown(const purserd_shape &shape, const void *record);

Ref field_value(const purserd_field &field, const void *record) {
  switch (field.kind) {
    case PURSERD_CSTR: return text(read<const char *>(record, field.offset));
    case PURSERD_BYTES: return text(read<const char *>(record, field.offset), read<std::size_t>(record, field.extent_offset));
    case PURSERD_I32: return integer(read<std::int32_t>(record, field.offset));
    case PURSERD_I64: return integer(read<std::int64_t>(record, field.offset));
    case PURSERD_SIZE: return Ref::own(PyLong_FromSize_t(read<std::size_t>(record, field.offset)));
    case PURSERD_F64: return Ref::own(PyFloat_FromDouble(read<double>(record, field.offset)));
    case PURSERD_BOOL: return Ref::own(PyBool_FromLong(read<std::int32_t>(record, field.offset)));
    case PURSERD_TEXTS: return texts(read<const purser_text_list *>(record, field.offset));
    case PURSERD_ENUM: {
      const auto number = read<std::int32_t>(record, field.offset);
      const char *name = field.enum_name ? field.enum_name(number) : nullptr;
      return name ? text(name) : integer(number);
    }
    case PURSERD_LIST: {
      const void *from = read<const void *>(record, field.offset);
      return list(field.count(from), [&](std::size_t i) { return shown(*field.element, field.at(from, i)); });
    }
    default: throw Failure{PURSER_INTERNAL, "unknown_kind", "a kind of field that the extension does not know", field.name, "", 0};
  }
}

Ref cell(const purser_value *value) {
  switch (value ? value->type : PURSER_VALUE_NULL) {
    case PURSER_VALUE_INTEGER: return integer(value->integer);
    case PURSER_VALUE_REAL: return Ref::own(PyFloat_FromDouble(value->real));
    case PURSER_VALUE_TEXT: return text(value->text, value->size);
    case PURSER_VALUE_BLOB: return Ref::own(PyBytes_FromStringAndSize(value->text, static_cast<Py_ssize_t>(value->size)));
    default: return none();
  }
}

Ref rows(const purser_query_out &answer) {
  const std::size_t columns = purser_text_list_count(answer.columns);
  return list(static_cast<std::size_t>(answer.row_count), [&](std::size_t row) {
    return list(columns, [&](std::size_t column) { return cell(purser_query_value(&answer, row, column)); });
  });
}

Ref shown(const purserd_shape &shape, const void *record) {
  Ref made = Ref::own(PyStructSequence_New(classes.at(&shape)->type));
  for (std::size_t i = 0; i < shape.field_count; ++i) {
    PyStructSequence_SetItem(made.get(), static_cast<Py_ssize_t>(i), field_value(shape.fields[i], record).release());
  }
  return made;
}

void add_class(PyObject *module, const purserd_shape &shape, bool table) {
  if (classes.count(&shape)) return;
  auto made = std::make_unique<Made>();
  made->name = std::string("purser.") + shape.name;
  for (std::size_t i = 0; i < shape.field_count; ++i) {
    if (shape.fields[i].element) add_class(module, *shape.fields[i].element, false);
    made->fields.push_back({shape.fields[i].name, shape.fields[i].doc});
  }
  if (table) made->fields.push_back({"rows", "row by row, in the order of columns"});
  const int count = static_cast<int>(made->fields.size());
  made->fields.push_back({nullptr, nullptr});
  PyStructSequence_Desc description = {made->name.c_str(), shape.doc, made->fields.data(), count};
  made->type = PyStructSequence_NewType(&description);
  Ref type = Ref::own(reinterpret_cast<PyObject *>(made->type));
  Ref names = Ref::own(PyTuple_New(count));  // as namedtuple has them
  for (int i = 0; i < count; ++i) {
    if (PyTuple_SetItem(names.get(), i, Ref::own(PyUnicode_FromString(made->fields[static_cast<std::size_t>(i)].name)).release()) != 0)
      throw Raised{};
  }
  if (PyObject_SetAttrString(type.get(), "_fields", names.get()) != 0) throw Raised{};
  Py_INCREF(type.get());
  if (PyModule_AddObject(module, shape.name, type.get()) != 0) throw Raised{};
  type.release();
  classes.emplace(&shape, std::move(made));
}

/// Writes into a copy of an output.
template <class Value>
void overwrite(std::vector<char> &record, const purserd_shape &shape, const char *name, Value value) {
  for (std::size_t i = 0; i < shape.field_count; ++i) {
    if (std::strcmp(shape.fields[i].name, name) == 0) std::memcpy(record.data() + shape.fields[i].offset, &value, sizeof value);
  }
}

}  // namespace

void add_output_classes(PyObject *module) {
  for (const purserd_verb &verb : verbs()) add_class(module, *verb.out, verb.flags & PURSERD_TABLE);
}

Ref answer(const purserd_verb &verb, const void *record) {
  Ref made = shown(*verb.out, record);
  if (verb.flags & PURSERD_TABLE) {
    const auto at = static_cast<Py_ssize_t>(verb.out->field_count);
    PyStructSequence_SetItem(made.get(), at, rows(*static_cast<const purser_query_out *>(record)).release());
  }
  return made;
}

Ref refusal(const purserd_verb &verb, const Failure &failure) {
  const void *out = nullptr;
  purser_error *error = nullptr;
  verb.call(nullptr, nullptr, &out, &error);
  const Output owned(out);
  const Error owned_error(error);
  const char *bytes = static_cast<const char *>(out);
  std::vector<char> record(bytes, bytes + verb.out->size);
  overwrite<std::int32_t>(record, *verb.out, "http_status", failure.status == PURSER_INVALID ? http_internal_error : http_unavailable);
  overwrite(record, *verb.out, "reason", failure.reason.c_str());
  overwrite(record, *verb.out, "message", failure.message.c_str());
  return answer(verb, record.data());
}

}  // namespace purser_python
