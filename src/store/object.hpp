// Folded Stripe objects: one row each, the state the facts add up to.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "domain/fact.hpp"
#include "domain/fold.hpp"
#include "domain/outcome.hpp"
#include "ports/sql.hpp"

namespace purser::store {

struct ObjectRow {
  domain::ObjectKey key;
  std::string customer;  ///< the Stripe customer it belongs to (a customer: itself)
  std::string record;    ///< canonical record of the folded state
  Digest state{};
  domain::Doubt doubt = domain::Doubt::none;
  domain::Outcome outcome = domain::Outcome::foreign;  ///< applied, applied_unmapped, parked or foreign, as of now
  std::string unmapped;                                ///< prices that no tier lists, comma separated
  std::string finding;                                 ///< what an operator should know of it
  TimeMs expect_at_ms = forever_ms;                    ///< when it is to be fetched unless something changed it before
  TimeMs seen_at_ms = 0;                               ///< first seen; written once
  std::int64_t boundary_s = 0;                         ///< facts before it are in one checkpoint; not written by save_object
};

/// A Stripe customer.
struct CustomerKey {
  bool livemode = false;
  std::string stripe_account;
  std::string customer;
  auto operator<=>(const CustomerKey &) const = default;
};

std::optional<ObjectRow> load_object(ports::SqlSession &db, const domain::ObjectKey &key);
void save_object(ports::SqlSession &db, const ObjectRow &object);
/// All objects of a customer of one type, by id.
std::vector<ObjectRow> objects_of_customer(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view customer,
                                           std::string_view type);
/// What a customer's access follows from, but for money that went back: the customer, subscriptions, checkout sessions. By type and id.
std::vector<ObjectRow> granting_objects(ports::SqlSession &db, const CustomerKey &customer);
/// Parked and foreign ones, but for the customer itself and its subscriptions.
std::vector<ObjectRow> unlinked_of_customer(ports::SqlSession &db, const CustomerKey &customer);
/// Subscriptions whose record names the price. Reads all of them: only for the rare moment when a price's meaning becomes known.
std::vector<ObjectRow> subscriptions_naming(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view price);
/// Every object of a type, in key order, streamed.
void each_object(ports::SqlSession &db, std::string_view type, const std::function<void(const ObjectRow &)> &visit);
/// Every object of a type with the account it belongs to (empty: none), ordered by (account, id), streamed.
void each_owned_object(ports::SqlSession &db, std::string_view type,
                       const std::function<void(std::string_view account, const ObjectRow &)> &visit);
/// As objects name them.
std::vector<CustomerKey> customer_keys(ports::SqlSession &db, std::string_view customer);
/// The same rows, streamed; `visit` may ask the session for more.
void each_of_customer(ports::SqlSession &db, const CustomerKey &customer, std::string_view type,
                      const std::function<void(const ObjectRow &)> &visit);
/// Every object of a type that came with this Connect account's events, by id, streamed.
void each_of_stripe_account(ports::SqlSession &db, bool livemode, std::string_view stripe_account, std::string_view type,
                            const std::function<void(const ObjectRow &)> &visit);
/// The customer's refunds and disputes, and its charges of which something was refunded, by (type, id).
std::vector<ObjectRow> given_back_to(ports::SqlSession &db, const CustomerKey &customer);

}  // namespace purser::store
