// Keyword arguments as the C input of a verb, by its descriptor. None says nothing. Texts and bytes are borrowed from Python's objects,
// which this keeps alive; what Python could change during the call is copied.
#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "python.hpp"
#include "tables.hpp"

namespace purser_python {

class Input {
 public:
  /// `fields` is a dict or null. Throws Raised (TypeError) for a field that does not exist and Failure for a value that has no C form; what
  /// is missing or out of bounds the library refuses. `function` names the caller in messages.
  Input(const char *function, PyObject *fields, const purserd_shape &shape);
  void *get() { return record_.data(); }

 private:
  void set(const purserd_field &field, PyObject *value);
  void set_bytes(const purserd_field &field, PyObject *value);
  void set_list(const purserd_field &field, PyObject *value);
  void set_map(const purserd_shape &shape, const purserd_field &field, PyObject *value);
  void put_list(const purserd_field &field, std::unique_ptr<const char *[]> list, std::size_t count);
  const char *text(const char *parameter, PyObject *value);
  template <class Value>
  void put(std::size_t offset, Value value);

  std::vector<std::size_t> record_;  ///< the struct, aligned like its first member
  std::vector<Ref> kept_;
  std::vector<std::unique_ptr<const char *[]>> lists_;
};

/// Refuses positional arguments: verbs take keywords only.
void keywords_only(const char *function, PyObject *args);

}  // namespace purser_python
