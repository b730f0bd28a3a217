// The generated tables: every verb with its input and output, and the configuration. One copy serves all: shapes are told apart by address.
#pragma once
#include <descriptors.h>

#include <span>

namespace purser_python {

std::span<const purserd_verb> verbs();
const purserd_shape &config_shape();

}  // namespace purser_python
