#include "engine/impl.hpp"

namespace purser::engine {
namespace {
Failure not_yet() { return {Status::unsupported, "not_yet", "this build cannot do it yet"}; }
}  // namespace

ParkedList Engine::Impl::parked_list(std::int64_t, std::string_view, bool) { throw not_yet(); }
Health Engine::Impl::health_read() { throw not_yet(); }

}  // namespace purser::engine
