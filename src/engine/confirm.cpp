#include "engine/impl.hpp"
namespace purser::engine {
Confirmation Engine::Impl::checkout_confirm(std::string_view, std::string_view, std::int64_t) { throw Failure(Status::unsupported, "not_yet", "on its way"); }
}  // namespace purser::engine
