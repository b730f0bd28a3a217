#include "engine/impl.hpp"

namespace purser::engine {
namespace {
Failure not_yet() { return {Status::unsupported, "not_yet", "this build cannot do it yet"}; }
}  // namespace

Exported Engine::Impl::account_export(std::string_view) { throw not_yet(); }

}  // namespace purser::engine
