#include "src/guard.hpp"
#include "src/text.hpp"

namespace purser::capi {

engine::InvoiceList run(runtime::Runtime &runtime, const purser_invoice_list_in &in) {
  return runtime.engine().invoice_list(in.account, in.limit, view(in.after));
}

engine::Billing run(runtime::Runtime &runtime, const purser_billing_read_in &in) {
  return runtime.engine().billing_read(in.account, in.at_ms > 0 ? std::optional<TimeMs>(in.at_ms) : std::nullopt);
}

}  // namespace purser::capi
