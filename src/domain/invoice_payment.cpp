#include "domain/invoice_payment.hpp"

namespace purser::domain {

InvoicePayment join(std::span<const Seen<InvoicePayment>> facts) {
  InvoicePayment joined = greatest(facts, [](const auto &seen) { return step(seen.state.status, {{"open"}, {"paid", "canceled"}}); });
  raise(joined, facts, &InvoicePayment::amount_paid);
  keep(joined, facts, &InvoicePayment::payment_intent);
  keep(joined, facts, &InvoicePayment::charge);
  return joined;
}

}  // namespace purser::domain
