#include "engine/impl.hpp"
namespace purser::engine {
Portal Engine::Impl::portal_create(const PortalWish &) { throw Failure(Status::unsupported, "not_yet", "on its way"); }
}  // namespace purser::engine
