#include "src/guard.hpp"

namespace purser::capi {

engine::Changes run(runtime::Runtime &runtime, const purser_change_next_in &in) {
  return runtime.engine().change_next(in.consumer, in.limit);
}

engine::Cursor run(runtime::Runtime &runtime, const purser_change_done_in &in) { return runtime.engine().change_done(in.consumer, in.seq); }

}  // namespace purser::capi
