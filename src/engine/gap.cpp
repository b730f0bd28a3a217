#include "engine/impl.hpp"

namespace purser::engine {
namespace {
Failure not_yet() { return {Status::unsupported, "not_yet", "this build cannot do it yet"}; }
}  // namespace

GapsFetched Engine::Impl::gap_fetch(std::int64_t, const Deadline &) { throw not_yet(); }
bool Engine::Impl::gap_due() const noexcept { return false; }

}  // namespace purser::engine
