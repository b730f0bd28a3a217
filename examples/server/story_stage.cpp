#include "story_stage.hpp"

namespace host::story {
namespace {

constexpr std::int64_t second_ms = 1000;
constexpr std::int64_t pause_ms = 60 * second_ms;  // people need a minute from one act to the next
constexpr std::size_t shown_max = 300;

const json::Array &data_of(const json::Object &list) {
  static const json::Array none;
  const json::Value *data = list.if_contains("data");
  return data && data->is_array() ? data->as_array() : none;
}

const json::Object &object_of(const json::Value &value) {
  static const json::Object none;
  return value.is_object() ? value.as_object() : none;
}

const json::Object &member(const json::Object &object, std::string_view name) {
  const json::Value *value = object.if_contains(name);
  return value ? object_of(*value) : object_of(json::Value());
}

bool is(const Price &price, const json::Object &at_stripe) {
  const std::string lookup_key = json::text_of(at_stripe, "lookup_key"), id = json::text_of(at_stripe, "id");
  return (!price.lookup_key.empty() && price.lookup_key == lookup_key) || (!price.id.empty() && price.id == id);
}

bool sells(const Sold &sold, const json::Object &price) {
  for (const Price &one : sold.prices)
    if (is(one, price)) return true;
  return false;
}

void add(Paid &paid, const Catalog &catalog, const json::Object &item) {
  const json::Object &price = member(item, "price");
  for (const Product &product : catalog.products)
    for (const Sold &tier : product.tiers)
      if (sells(tier, price)) paid.tiers[product.key] = tier.key;
  for (const Sold &add_on : catalog.add_ons)
    if (sells(add_on, price)) paid.add_ons[add_on.key] += json::number_of(item, "quantity");
}

}  // namespace

std::string shown(const Response &response) { return std::to_string(response.status) + " " + response.body.substr(0, shown_max); }

Stage::Stage(Host &at, Catalog of, Printer &to)
    : host(at), catalog(std::move(of)), printer(to), ann(at.origin()), bob(at.origin()), stranger(at.origin()) {}

void Stage::begin(const std::string &name, const std::string &text) {
  printer.step(name, text);
  box().advance(pause_ms);
  users_before_ = host.users().all();
  tiers_before_ = host.users().tiers(user.id);
}

void Stage::end() {
  host.feed().catch_up();
  user = host.users().find(user.id).value_or(user);
  const auto tiers = host.users().tiers(user.id);
  printer.tiers(tiers_before_, tiers);
  printer.users(users_before_, host.users().all());
  expect_truth();
}

void Stage::expect(bool so, const std::string &what) const {
  if (!so) throw Wrong(what);
}

void Stage::expect_equal(const std::string &what, const std::string &expected, const std::string &found) const {
  expect(expected == found, what + ": expected '" + expected + "', found '" + found + "'");
}

json::Object Stage::stripe(const std::string &path) const {
  const purser::SandboxAnswer answer = box().request("GET", path);
  auto object = json::read_object(answer.body);
  expect(answer.status == 200 && object, "the sandbox's API: GET " + path + ": expected 200, found " + std::to_string(answer.status) + " " +
                                             answer.body.substr(0, shown_max));
  return std::move(*object);
}

Paid Stage::paid_at_stripe() const {
  Paid paid;
  paid.one_time = one_time;
  if (customer.empty()) return paid;
  const json::Object list = stripe("/v1/subscriptions?status=all&limit=100&customer=" + customer);
  for (const json::Value &one : data_of(list)) {
    const json::Object &subscription = object_of(one);
    const std::string status = json::text_of(subscription, "status");
    // Of a payment that failed, the story asks within the days of grace.
    const bool counts = status == "active" || status == "trialing" || (status == "past_due" && catalog.grace_days > 0);
    if (!counts || withheld.contains(json::text_of(subscription, "id"))) continue;
    for (const json::Value &item : data_of(member(subscription, "items"))) add(paid, catalog, object_of(item));
  }
  return paid;
}

void Stage::expect_truth() {
  const Paid paid = paid_at_stripe();
  const Holds holds = held_by(catalog, paid);
  expect_tiers(paid, holds);
  expect_features(holds);
  expect_limits(holds);
  expect_table(paid, holds);
}

void Stage::expect_tiers(const Paid &, const Holds &holds) {
  for (const auto &[product, tier] : holds.tiers)
    expect_equal("tier of " + product + " in memory", tier, host.purser().tier(user.id, product).value_or("none"));
  const auto view = host.purser().account_read({.account = user.id});
  expect(view.tiers.size() == holds.tiers.size(), "account read lists another number of products than the catalog");
  for (const auto &one : view.tiers) expect_equal("tier of " + one.product + " in the store", holds.tiers.at(one.product), one.tier);
}

void Stage::expect_features(const Holds &holds) {
  std::set<std::string> sold;
  const auto note = [&](const std::vector<Sold> &all) {
    for (const Sold &one : all) sold.insert(one.features.begin(), one.features.end());
  };
  for (const Product &product : catalog.products) note(product.tiers);
  note(catalog.add_ons);
  for (const std::string &feature : catalog.features) {
    const bool held = holds.features.contains(feature);
    expect_equal("check of " + feature, held ? "1" : "0", host.purser().check(user.id, feature) ? "1" : "0");
    const int status = !sold.contains(feature) ? 404 : held ? 200 : 403;
    expect_equal("GET /features/" + feature, std::to_string(status), std::to_string(ann.get("/features/" + encoded(feature)).status));
  }
}

void Stage::expect_limits(const Holds &holds) {
  const auto view = host.purser().account_read({.account = user.id});
  for (const auto &one : view.limits)
    expect_equal("limit of " + one.meter, std::to_string(holds.limits.at(one.meter)), std::to_string(one.limit));
  expect(view.limits.size() == holds.limits.size(), "account read lists another number of meters than the catalog");
}

void Stage::expect_table(const Paid &paid, const Holds &holds) {
  host.feed().catch_up();
  const User now = host.users().find(user.id).value_or(User{});
  for (const UserTier &row : host.users().tiers(user.id)) {
    expect_equal("users_tiers of " + row.product, holds.tiers.at(row.product), row.tier);
    expect(paid.tiers.contains(row.product) != row.stripe_subscription_id.empty(),
           "users_tiers of " + row.product + ": expected a subscription where one pays, found '" + row.stripe_subscription_id + "'");
  }
  for (const auto &[product, tier] : paid.tiers)
    expect((", " + now.tier + ",").find(", " + product + "/" + tier + ",") != std::string::npos,
           "users.tier: expected " + product + "/" + tier + ", found '" + now.tier + "'");
  expect(paid.tiers.empty() == now.stripe_subscription_id.empty(),
         "users.stripe_subscription_id: found '" + now.stripe_subscription_id + "'");
  if (!paid.tiers.empty()) expect_equal("users.stripe_customer_id", customer, now.stripe_customer_id);
}

purser::SandboxReport Stage::delivered(std::int32_t order, std::int32_t repeat) {
  const auto report = box().deliver({.url = host.webhook_url(),
                                     .order = order,
                                     .repeat = repeat,
                                     .drop_percent = sabotaged("lost-webhooks") || sabotaged("lost-for-good") ? 100 : 0,
                                     .wrongly_signed = sabotaged("no-signature")});
  expect(report.refused == 0, std::to_string(report.refused) + " webhooks were refused by the host");
  if (sabotaged("lost-webhooks")) {
    // What runs every hour in a host, at once: the story cannot wait for it.
    static_cast<void>(host.purser().event_sweep({}));
    host.control()->sweep();
  }
  host.feed().catch_up();
  host.control()->catch_up();
  return report;
}

void Stage::lose() {
  const auto report = box().deliver({.url = host.webhook_url(), .drop_percent = 100});
  host.control()->sweep();  // the witness hears everything, in its own way
  printer.line(std::to_string(report.dropped) + " webhooks lost");
}

purser::SandboxReport Stage::deliver(std::int32_t order, std::int32_t repeat) {
  const auto report = delivered(order, repeat);
  printer.line(std::to_string(report.delivered) + " webhooks delivered in " + std::to_string(report.requests) + " requests" +
               (report.dropped > 0 ? ", " + std::to_string(report.dropped) + " lost" : ""));
  return report;
}

std::string Stage::state_hash() const { return host.purser().account_read({.account = user.id}).state_hash; }

void Stage::expect_witness_agrees() {
  const std::string here = state_hash(), witness = host.control()->hash(user.id);
  printer.line("state hash " + here.substr(0, 16) + "… here, " + witness.substr(0, 16) +
               "… at the witness, who heard each once and in order");
  expect_equal("state hash", witness, here);
}

Response Stage::create_checkout(const std::string &price, const std::string &of) {
  return ann.post_json("/api/v1/stripe/create-checkout", json::write(json::Object{{"priceId", price}, {"userId", of}}));
}

Stage::Opened Stage::open_checkout(const std::string &price) {
  const Response response = create_checkout(price, user.id);
  const auto body = json::read_object(response.body);
  expect(response.status == 200 && body, "create-checkout of " + price + ": expected 200, found " + shown(response));
  return {json::text_of(*body, "sessionId"), json::text_of(*body, "url")};
}

std::string Stage::subscription_of(const std::string &session) const {
  return json::text_of(stripe("/v1/checkout/sessions/" + session), "subscription");
}

std::string Stage::status_at_stripe(const std::string &subscription) const {
  return json::text_of(stripe("/v1/subscriptions/" + subscription), "status");
}

std::int64_t Stage::period_end_ms(const std::string &subscription) const {
  std::int64_t end_s = 0;
  const json::Object object = stripe("/v1/subscriptions/" + subscription);
  for (const json::Value &item : data_of(member(object, "items")))
    end_s = std::max(end_s, json::number_of(object_of(item), "current_period_end"));
  expect(end_s > 0, "the subscription has no period");
  return end_s * second_ms;
}

void Stage::advance_to(std::int64_t moment_ms) {
  const std::int64_t left_ms = moment_ms - host.now_ms();
  if (left_ms > 0) box().advance(left_ms);
}

std::string Stage::dashboard() {
  const Response response = ann.get("/dashboard");
  expect(response.status == 200, "GET /dashboard: expected 200, found " + shown(response));
  return response.body;
}

}  // namespace host::story
