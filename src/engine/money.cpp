#include "engine/money.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "store/mention.hpp"
#include "stripe/reader.hpp"

namespace purser::engine {
namespace {

// One payment's objects are a handful. What would be more is a store that somebody filled; it is read no further.
constexpr std::size_t connected_max = 10'000;

/// Ids through which money objects are one; a subscription has many invoices that have nothing to do with each other.
bool connects(std::string_view type) { return type == "charge" || type == "payment_intent" || type == "invoice"; }

class Walk {
 public:
  explicit Walk(ports::SqlSession &db) : db_(db) {}

  void visit(store::ObjectRow object) {
    const auto [at, is_new] = found_.emplace(object.key, std::move(object));
    if (is_new) waiting_.push_back(&at->second);
  }
  std::vector<store::ObjectRow> take() {
    while (!waiting_.empty() && found_.size() < connected_max) {
      const store::ObjectRow *next = waiting_.back();
      waiting_.pop_back();
      follow(next->key, {next->key.type, next->key.id});
      for (const Mention &mention : mentions_of(next->key.type, next->record))
        if (connects(mention.type)) follow(next->key, mention);
    }
    std::vector<store::ObjectRow> rows;
    for (auto &[key, object] : found_) rows.push_back(std::move(object));
    return rows;
  }

 private:
  void follow(const domain::ObjectKey &from, const Mention &mention) {
    if (!followed_.insert(mention.id).second) return;
    std::vector<domain::ObjectKey> keys = store::mentioning(db_, from.livemode, from.stripe_account, mention.id);
    if (is_money(mention.type)) keys.push_back({from.livemode, from.stripe_account, mention.type, mention.id});
    for (const domain::ObjectKey &key : keys)
      if (is_money(key.type) && !found_.contains(key))
        if (auto object = store::load_object(db_, key)) visit(std::move(*object));
  }

  ports::SqlSession &db_;
  std::map<domain::ObjectKey, store::ObjectRow> found_;
  std::set<std::string> followed_;
  std::vector<const store::ObjectRow *> waiting_;
};

}  // namespace

std::vector<Mention> mentions_of(std::string_view type, std::string_view record) {
  std::vector<Mention> mentions;
  const auto name = [&](std::string_view what, const std::string &id) { mentions.push_back({std::string(what), id}); };
  if (type == "invoice") {
    const domain::Invoice invoice = stripe::invoice_of(record);
    name("subscription", invoice.subscription);
    name("charge", invoice.charge);
    for (const std::string &intent : invoice.payment_intents) name("payment_intent", intent);
  } else if (type == "invoice_payment") {
    const domain::InvoicePayment payment = stripe::invoice_payment_of(record);
    name("invoice", payment.invoice);
    name("payment_intent", payment.payment_intent);
    name("charge", payment.charge);
  } else if (type == "charge") {
    const domain::Charge charge = stripe::charge_of(record);
    name("payment_intent", charge.payment_intent);
    name("invoice", charge.invoice);
  } else if (type == "refund") {
    const domain::Refund refund = stripe::refund_of(record);
    name("charge", refund.charge);
    name("payment_intent", refund.payment_intent);
  } else if (type == "dispute") {
    const domain::Dispute dispute = stripe::dispute_of(record);
    name("charge", dispute.charge);
    name("payment_intent", dispute.payment_intent);
  } else if (type == "checkout.session") {
    const domain::Session session = stripe::session_of(record);
    name("payment_intent", session.payment_intent);
    name("invoice", session.invoice);
    name("subscription", session.subscription);
  } else if (type == "subscription_schedule") {
    const domain::Schedule schedule = stripe::schedule_of(record);
    name("subscription", schedule.subscription.empty() ? schedule.released_subscription : schedule.subscription);
  } else if (type == "transfer") {
    name("account", stripe::transfer_of(record).destination);
  } else if (type == "price") {
    name("product", stripe::stripe_price_of(record).product);
  }
  std::erase_if(mentions, [](const Mention &mention) { return mention.id.empty(); });
  std::ranges::sort(mentions);
  mentions.erase(std::unique(mentions.begin(), mentions.end()), mentions.end());
  return mentions;
}

bool is_money(std::string_view type) {
  return type == "charge" || type == "refund" || type == "dispute" || type == "invoice_payment" || type == "invoice" ||
         type == "checkout.session";
}

bool gives_back(const store::ObjectRow &object) {
  if (object.key.type == "charge") return stripe::charge_of(object.record).amount_refunded > 0;
  return object.key.type == "refund" || object.key.type == "dispute";
}

std::vector<store::ObjectRow> connected(ports::SqlSession &db, std::vector<store::ObjectRow> start) {
  Walk walk(db);
  for (store::ObjectRow &object : start) walk.visit(std::move(object));
  return walk.take();
}

void add_to(domain::Money &money, const store::ObjectRow &object) {
  const std::string &type = object.key.type, &id = object.key.id;
  if (type == "invoice") money.add(id, stripe::invoice_of(object.record));
  if (type == "invoice_payment") money.add(id, stripe::invoice_payment_of(object.record));
  if (type == "charge") money.add(id, stripe::charge_of(object.record));
  if (type == "refund") money.add(id, stripe::refund_of(object.record));
  if (type == "dispute") money.add(id, stripe::dispute_of(object.record));
  if (type == "checkout.session") money.add(id, stripe::session_of(object.record));
}

domain::Money money_around(ports::SqlSession &db, const store::ObjectRow &object) {
  domain::Money money;
  for (const store::ObjectRow &one : connected(db, {object})) add_to(money, one);
  return money;
}

domain::Money money_back_to(ports::SqlSession &db, const store::CustomerKey &customer) {
  domain::Money money;
  const std::vector<store::ObjectRow> back = store::given_back_to(db, customer);
  if (back.empty()) return money;  // as nearly always
  std::set<std::string> subscriptions;
  for (const store::ObjectRow &object : connected(db, back)) {
    add_to(money, object);
    if (object.key.type == "invoice") subscriptions.insert(stripe::invoice_of(object.record).subscription);
  }
  // Whether all of a period's money went back, the invoices of which nothing went back must say as well.
  subscriptions.erase("");
  for (const std::string &subscription : subscriptions)
    for (const domain::ObjectKey &key : store::mentioning(db, customer.livemode, customer.stripe_account, subscription))
      if (key.type == "invoice" && !money.has_invoice(key.id))
        if (const auto invoice = store::load_object(db, key)) add_to(money, *invoice);
  return money;
}

}  // namespace purser::engine
