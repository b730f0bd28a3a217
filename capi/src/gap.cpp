#include "src/guard.hpp"

namespace purser::capi {

engine::GapsFetched run(runtime::Runtime &runtime, const purser_gap_fetch_in &in) {
  return runtime.engine().gap_fetch(in.limit, in.deadline_ms);
}

}  // namespace purser::capi
