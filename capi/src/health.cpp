#include "src/guard.hpp"

namespace purser::capi {

engine::Health run(runtime::Runtime &runtime, const purser_health_read_in &) { return runtime.engine().health_read(); }

}  // namespace purser::capi
