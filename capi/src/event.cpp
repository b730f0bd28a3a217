#include "src/guard.hpp"
#include "src/text.hpp"

namespace purser::capi {

engine::ReplayReport run(runtime::Runtime &runtime, const purser_event_replay_in &in) {
  return runtime.engine().replay(bytes(in.documents, in.documents_size), in.totals != 0);
}

}  // namespace purser::capi
