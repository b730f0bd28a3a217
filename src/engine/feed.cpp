#include "engine/impl.hpp"
namespace purser::engine {
Changes Engine::Impl::change_next(std::string_view, std::int64_t) { throw Failure(Status::unsupported, "not_yet", "on its way"); }
Cursor Engine::Impl::change_done(std::string_view, std::int64_t) { throw Failure(Status::unsupported, "not_yet", "on its way"); }
}  // namespace purser::engine
