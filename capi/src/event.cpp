#include "src/guard.hpp"
#include "src/text.hpp"

namespace purser::capi {

engine::ReplayReport run(runtime::Runtime &runtime, const purser_event_replay_in &in) {
  return runtime.engine().replay(bytes(in.documents, in.documents_size), in.totals != 0);
}

engine::Swept run(runtime::Runtime &runtime, const purser_event_sweep_in &in) {
  return runtime.engine().event_sweep(in.since_ms, in.deadline_ms);
}

engine::ParkedList run(runtime::Runtime &runtime, const purser_parked_list_in &in) {
  return runtime.engine().parked_list(in.limit, view(in.after), in.foreign != 0);
}

}  // namespace purser::capi
