#pragma once
#include <purser.h>

#include <utility>

#include "runtime/runtime.hpp"

/// What the host's pointer points to.
struct purser_handle {
  explicit purser_handle(purser::runtime::Options options) : runtime(std::move(options)) {}
  purser::runtime::Runtime runtime;
};
