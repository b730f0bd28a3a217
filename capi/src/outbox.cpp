#include "src/guard.hpp"

namespace purser::capi {

engine::Settlement run(runtime::Runtime &runtime, const purser_outbox_settle_in &in) {
  return runtime.engine().outbox_settle(in.limit, in.older_than_ms, in.deadline_ms);
}

}  // namespace purser::capi
