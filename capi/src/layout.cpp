// Only assertions: that the committed layout is what this compiler makes, and that every mirrored number is the engine's.
#include <purser.h>

#include <cstddef>

#include "base/error.hpp"
#include "domain/outcome.hpp"
#include "engine/engine.hpp"
#include "ports/log.hpp"
#include "runtime/calls.hpp"

#include "generated/layout.inc"
