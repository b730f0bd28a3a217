// A JavaScript object as the C input of a verb, by its descriptor. Own enumerable keys only; a key that the input does not have is refused,
// so that a typing mistake in a setting is not a silent default.
#pragma once
#include <node_api.h>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "tables.hpp"

namespace purser_node {

enum class Bytes {
  borrow,  ///< the call ends, or has copied its input, before JavaScript runs again
  copy,    ///< the input goes to another thread
};

class Input {
 public:
  /// `object` may be undefined: nothing said. Throws Failure for what has no C form; what is missing or out of bounds the library refuses.
  Input(napi_env env, napi_value object, const purserd_shape &shape, Bytes bytes);
  ~Input();
  Input(const Input &) = delete;
  Input &operator=(const Input &) = delete;
  void *get() { return record_.data(); }

 private:
  void defaults(const purserd_shape &shape);
  void set(napi_env env, const purserd_field &field, napi_value value);
  void set_bytes(napi_env env, const purserd_field &field, napi_value value);
  void set_list(napi_env env, const purserd_field &field, napi_value value);
  void set_map(napi_env env, const purserd_shape &shape, const purserd_field &field, napi_value value);
  void put_list(const purserd_field &field, const char *const *list, std::size_t count);
  const char *keep(std::string text, bool secret);
  template <class Value>
  void put(std::size_t offset, Value value);

  struct Text {
    std::unique_ptr<char[]> data;
    std::size_t wipe_size;  ///< of a secret; else 0
  };
  std::vector<std::size_t> record_;  ///< the struct, aligned like its first member
  std::vector<Text> texts_;
  std::vector<std::unique_ptr<const char *[]>> lists_;
  Bytes bytes_;
};

}  // namespace purser_node
