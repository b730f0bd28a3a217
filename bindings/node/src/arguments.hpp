// The arguments of a call from JavaScript; a missing one is undefined.
#pragma once
#include <node_api.h>

#include <array>
#include <cstddef>

#include "failure.hpp"

namespace purser_node {

template <std::size_t N>
class Arguments {
 public:
  Arguments(napi_env env, napi_callback_info info) {
    std::size_t count = N;
    must(env, napi_get_cb_info(env, info, &count, values_.data(), &self_, &data_));
  }
  napi_value operator[](std::size_t index) const { return values_[index]; }
  napi_value self() const { return self_; }
  void *data() const { return data_; }

 private:
  std::array<napi_value, N> values_{};
  napi_value self_ = nullptr;
  void *data_ = nullptr;
};

}  // namespace purser_node
