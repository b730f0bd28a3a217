#include "engine/impl.hpp"
namespace purser::engine {
Checkout Engine::Impl::checkout_create(const CheckoutWish &) { throw Failure(Status::unsupported, "not_yet", "on its way"); }
}  // namespace purser::engine
