// Which objects a record names that access or money cannot be derived without: where one of them was never seen, it is fetched.
#pragma once
#include <vector>

#include "stripe/reader.hpp"

namespace purser::stripe {

std::vector<Reference> references(const domain::Session &s);
std::vector<Reference> references(const domain::Invoice &i);
std::vector<Reference> references(const domain::InvoicePayment &p);
std::vector<Reference> references(const domain::Charge &c);
std::vector<Reference> references(const domain::Refund &r);
std::vector<Reference> references(const domain::Dispute &d);
std::vector<Reference> references(const domain::Schedule &s);
/// A subscription names its customer and its prices, which it can do without; the others name nothing.
template <class T>
std::vector<Reference> references(const T &) {
  return {};
}

}  // namespace purser::stripe
