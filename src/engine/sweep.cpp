#include "engine/impl.hpp"

namespace purser::engine {
namespace {
Failure not_yet() { return {Status::unsupported, "not_yet", "this build cannot do it yet"}; }
}  // namespace

Swept Engine::Impl::event_sweep(TimeMs, const Deadline &) { throw not_yet(); }

}  // namespace purser::engine
