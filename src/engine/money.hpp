// Folded money objects as they stand in the store: what they name, and what is connected through that.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/money.hpp"
#include "ports/sql.hpp"
#include "store/object.hpp"

namespace purser::engine {

/// An id that a record names, and Stripe's word for the object; payment_intents are named and never stored.
struct Mention {
  std::string type;
  std::string id;
  auto operator<=>(const Mention &) const = default;  // NOLINT(modernize-use-nullptr): of the rewritten `<`
};
/// What the store keeps in purser_mentions for an object: of money what it is of, of a transfer its destination, of a price its product,
/// of a schedule its subscription. Sorted, without repetition, never empty ids.
std::vector<Mention> mentions_of(std::string_view type, std::string_view record);

/// charge, refund, dispute, invoice_payment, invoice, checkout.session.
bool is_money(std::string_view type);
/// Money went back: a refund, a dispute, a charge with a refund.
bool gives_back(const store::ObjectRow &object);

/// Every money object that is connected with one of `start` (which stand for themselves, stored or not) by payments, invoices and sessions;
/// subscriptions and customers connect nothing. By key.
std::vector<store::ObjectRow> connected(ports::SqlSession &db, std::vector<store::ObjectRow> start);
void add_to(domain::Money &money, const store::ObjectRow &object);
/// All that is connected with an invoice or a session.
domain::Money money_around(ports::SqlSession &db, const store::ObjectRow &object);
/// All that is connected with what went back to the customer, and every invoice of a subscription that one of them is of.
domain::Money money_back_to(ports::SqlSession &db, const store::CustomerKey &customer);

}  // namespace purser::engine
