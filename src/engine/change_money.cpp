// What an object that is no subscription changes for others: whose a refund is, what a payment was for, how a price stands at Stripe.
#include <algorithm>
#include <set>

#include "domain/drift.hpp"
#include "engine/change.hpp"
#include "engine/money.hpp"
#include "store/mention.hpp"
#include "store/observation.hpp"

namespace purser::engine {
namespace {

std::string own_customer(const store::ObjectRow &object) { return stripe::customer_named(object.key.type, object.record); }

/// The least where Stripe would name several: never the first to arrive.
std::string customer_of_all(const std::vector<store::ObjectRow> &objects) {
  std::string least;
  for (const store::ObjectRow &object : objects) {
    const std::string own = own_customer(object);
    if (!own.empty() && (least.empty() || own < least)) least = own;
  }
  return least;
}

}  // namespace

std::set<std::string> Change::connect(store::ObjectRow &object, const std::optional<store::ObjectRow> &before) {
  const std::string &type = object.key.type;
  const std::vector<Mention> now = mentions_of(type, object.record);
  const std::vector<Mention> earlier = before ? mentions_of(type, before->record) : std::vector<Mention>{};
  std::vector<Mention> dropped;
  std::ranges::set_difference(earlier, now, std::back_inserter(dropped));
  for (const Mention &mention : dropped) store::drop_mention(db_, object.key, mention.id);
  for (const Mention &mention : now) store::put_mention(db_, object.key, mention.id);
  if (type == "price") object.finding = drift_of(object, nullptr);
  if (type == "product") recheck_prices_of(object);
  if (!is_money(type)) return {};

  std::set<std::string> accounts;
  settle_money(connected(db_, {object}), &object, accounts);
  // Whether all of a period's money went back, an invoice of which nothing went back says as well.
  const store::CustomerKey customer{object.key.livemode, object.key.stripe_account, object.customer};
  if (const auto owner = account_of(object.key, object.customer);
      owner && type == "invoice" && !store::given_back_to(db_, customer).empty())
    accounts.insert(*owner);
  // What it named before and does not name any more stands by itself again.
  for (const Mention &mention : dropped) {
    std::vector<domain::ObjectKey> left = store::mentioning(db_, object.key.livemode, object.key.stripe_account, mention.id);
    left.push_back({object.key.livemode, object.key.stripe_account, mention.type, mention.id});
    for (const domain::ObjectKey &key : left)
      if (auto row = is_money(key.type) ? store::load_object(db_, key) : std::nullopt)
        settle_money(connected(db_, {std::move(*row)}), nullptr, accounts);
  }
  return accounts;
}

/// Gives connected objects without a customer of their own the customer of the others. `unsaved`: the one of them that the caller stores.
/// `accounts`: whose access may be another one now, which is so only where money went back.
void Change::settle_money(std::vector<store::ObjectRow> all, store::ObjectRow *unsaved, std::set<std::string> &accounts) {
  const std::string customer = customer_of_all(all);
  const bool back = std::ranges::any_of(all, gives_back);
  std::set<std::string> customers;
  for (store::ObjectRow &one : all) {
    const std::string own = own_customer(one);
    const std::string held = own.empty() ? customer : own;
    customers.insert(one.customer);
    customers.insert(held);
    if (unsaved && one.key == unsaved->key) {
      unsaved->customer = held;
    } else if (one.customer != held) {
      one.customer = held;
      one.outcome = account_of(one.key, held) ? domain::Outcome::applied : unlinked_outcome(one);
      store::save_object(db_, one);
      sequence_.wrote = true;
    }
  }
  if (!back) return;
  for (const std::string &one : customers)
    if (const auto account = account_of(all.front().key, one)) accounts.insert(*account);
}

/// `product`: as it is about to be stored; null = as stored.
std::string Change::drift_of(const store::ObjectRow &price, const store::ObjectRow *product) {
  if (!price.key.stripe_account.empty()) return {};  // what a connected account sells is its own affair
  const domain::StripePrice read = stripe::stripe_price_of(price.record);
  std::optional<store::ObjectRow> stored;
  if (!product) stored = store::load_object(db_, {price.key.livemode, price.key.stripe_account, "product", read.product});
  if (stored) product = &*stored;
  std::optional<domain::StripeProduct> known;
  if (product) known = stripe::stripe_product_of(product->record);
  return domain::price_drift(world_.catalog, price.key.id, read, price_keys(price.key, price.key.id), known ? &*known : nullptr);
}

void Change::recheck_prices_of(const store::ObjectRow &product) {
  for (const domain::ObjectKey &key : store::mentioning(db_, product.key.livemode, product.key.stripe_account, product.key.id))
    if (key.type == "price")
      if (auto price = store::load_object(db_, key)) recheck_price(std::move(*price), &product);
}

void Change::recheck_price(store::ObjectRow price, const store::ObjectRow *product) {
  std::string finding = drift_of(price, product);
  if (price.finding == finding) return;
  price.finding = std::move(finding);
  store::save_object(db_, price);
  sequence_.wrote = true;
}

}  // namespace purser::engine
