#include "engine/impl.hpp"

namespace purser::engine {
namespace {
Failure not_yet() { return {Status::unsupported, "not_yet", "this build cannot do it yet"}; }
}  // namespace

Tidied Engine::Impl::store_tidy(std::int64_t) { throw not_yet(); }

}  // namespace purser::engine
