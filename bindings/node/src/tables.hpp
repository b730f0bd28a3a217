// The generated tables: every verb with its input and output, the configuration, the error.
#pragma once
#include <descriptors.h>

#include <span>

namespace purser_node {

std::span<const purserd_verb> verbs();
const purserd_shape &config_shape();

}  // namespace purser_node
