// C outputs as Python values: one small immutable class per shape, a struct sequence with named attributes.
#pragma once
#include "failure.hpp"
#include "python.hpp"
#include "tables.hpp"

namespace purser_python {

/// Makes the classes of all outputs and adds them to the module.
void add_output_classes(PyObject *module);

/// What a verb gave out. The rows of a query are its last attribute.
Ref answer(const purserd_verb &verb, const void *record);

/// A verb that always has an output has one here too: the library's own for a missing input, with the reason that holds. The host's mistake
/// is a 500; what may work when Stripe delivers again is a 503.
Ref refusal(const purserd_verb &verb, const Failure &failure);

}  // namespace purser_python
