#include "tables.hpp"

namespace purser_python {

std::span<const purserd_verb> verbs() { return purserd_verbs; }
const purserd_shape &config_shape() { return purserd_config; }

}  // namespace purser_python
