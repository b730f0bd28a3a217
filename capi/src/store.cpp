#include "src/guard.hpp"

namespace purser::capi {

engine::Tidied run(runtime::Runtime &runtime, const purser_store_tidy_in &in) { return runtime.engine().store_tidy(in.budget_ms); }

}  // namespace purser::capi
