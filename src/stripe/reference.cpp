#include "stripe/reference.hpp"

namespace purser::stripe {
namespace {

std::vector<Reference> named(std::string_view type, const std::string &id) {
  if (id.empty()) return {};
  return {{std::string(type), id}};
}

}  // namespace

std::vector<Reference> references(const domain::Session &s) { return named("subscription", s.subscription); }
std::vector<Reference> references(const domain::Invoice &i) { return named("subscription", i.subscription); }
std::vector<Reference> references(const domain::InvoicePayment &p) { return named("invoice", p.invoice); }
std::vector<Reference> references(const domain::Charge &c) { return named("invoice", c.invoice); }
std::vector<Reference> references(const domain::Refund &r) { return named("charge", r.charge); }
std::vector<Reference> references(const domain::Dispute &d) { return named("charge", d.charge); }
std::vector<Reference> references(const domain::Schedule &s) {
  return named("subscription", s.subscription.empty() ? s.released_subscription : s.subscription);
}

}  // namespace purser::stripe
