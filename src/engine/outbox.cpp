#include "engine/impl.hpp"
namespace purser::engine {
Settlement Engine::Impl::outbox_settle(std::int64_t, std::int64_t, std::int64_t) { throw Failure(Status::unsupported, "not_yet", "on its way"); }
}  // namespace purser::engine
