#include "engine/impl.hpp"

namespace purser::engine {
namespace {
Failure not_yet() { return {Status::unsupported, "not_yet", "this build cannot do it yet"}; }
}  // namespace

InvoiceList Engine::Impl::invoice_list(std::string_view, std::int64_t, std::string_view) { throw not_yet(); }

}  // namespace purser::engine
