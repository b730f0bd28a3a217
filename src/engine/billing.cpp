#include "engine/impl.hpp"

namespace purser::engine {
namespace {
Failure not_yet() { return {Status::unsupported, "not_yet", "this build cannot do it yet"}; }
}  // namespace

Billing Engine::Impl::billing_read(std::string_view, std::optional<TimeMs>) { throw not_yet(); }

}  // namespace purser::engine
