#include "stage.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace purser::simulator {
namespace {

constexpr std::int64_t start_ms = 1'767'225'600'000;  // 2026-01-01
constexpr std::int64_t start_within_days = 400;       // ends of months and leap days are met

std::string shipped_catalog() {
  std::ifstream file(PURSER_SOURCE_DIR "/examples/catalog.json", std::ios::binary);
  if (!file) throw std::runtime_error(PURSER_SOURCE_DIR "/examples/catalog.json: cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string catalog_of(std::uint64_t seed) { return seed % 4 == 0 ? shipped_catalog() : make_catalog(seed); }

Box box_of(std::uint64_t seed, const Catalog &catalog) {
  Dice dice(seed, 0xB0C5);
  purser_sandbox_options options{};
  options.catalog_text = catalog.text.c_str();
  options.seed = seed;
  options.start_ms = start_ms + dice.between(0, start_within_days * 24 * 60) * minute_ms + dice.between(0, 59'999);
  options.dunning_days = static_cast<std::int32_t>(dice.pick<std::int64_t>({7, 14, 14, 28}));
  options.dunning_end = static_cast<std::int32_t>(
      dice.pick<std::int64_t>({PURSER_DUNNING_CANCEL, PURSER_DUNNING_CANCEL, PURSER_DUNNING_UNPAID, PURSER_DUNNING_PAST_DUE}));
  options.draft_minutes = dice.chance(50) ? 0 : 60;
  return Box(options);
}

bool lives(const json::Object &subscription) {
  const std::string status = json::text(subscription, "status");
  return status != "canceled" && status != "incomplete_expired";
}

}  // namespace

Stage::Stage(std::uint64_t seed)
    : catalog(read_catalog(catalog_of(seed))), box(box_of(seed, catalog)), purser(opened()), post(box, webhook_secret_) {
  purser.catalog_apply({.text = catalog.text});
  purser.event_sweep();  // as every host does in its first hour: the next one begins where this one ends
  for (std::int64_t i = 0, count = Dice(seed, 0xACC7).between(2, 4); i < count; ++i) accounts.push_back("acct_" + std::to_string(i));
}

Purser Stage::opened() {
  Config config{.threads = 0, .log_level = PURSER_LOG_ERROR, .store = "sqlite::memory:"};
  config.configure = [this](purser_config &c) {
    box.call(purser_sandbox_configure, &c);
    secret_key_ = c.secret_key;
    webhook_secret_ = c.webhook_secrets[0];
  };
  return Purser(config);
}

std::vector<Living> Stage::living() const {
  std::vector<Living> found;
  for (json::Value &value : box.all("/v1/subscriptions")) {
    json::Object &object = value.get_object();
    const std::string customer = json::id(object, "customer"), account = owner(customer);
    if (!account.empty() && lives(object))
      found.push_back({json::text(object, "id"), customer, account, json::text(object, "status"), std::move(object)});
  }
  return found;
}

std::vector<std::string> Stage::paying() const {
  std::vector<std::string> found;
  for (const auto &[customer, account] : owners)
    if (customers.at(customer)) found.push_back(customer);
  return found;
}

std::string Stage::owner(const std::string &customer) const {
  const auto found = owners.find(customer);
  return found == owners.end() ? std::string() : found->second;
}

bool Stage::arrives(Dice &dice) {
  const std::vector<const Letter *> letters = post.collect();
  post.send(purser, letters, Fault::none, dice);
  return !post.deliver_all(purser, dice) && letters.empty();
}

void Stage::heal_lost() {
  if (!heals || !post.lost_any()) return;
  purser.event_sweep();
  swept_at_ms_ = now_ms();
  post.forget_lost();
}

void Stage::refuse_fetches(std::int32_t count) const {
  purser_sandbox_fault fault{};
  fault.struct_size = sizeof fault;  // kind 0 forgets all faults
  if (count == 0) return box.call(purser_sandbox_fail, &fault);
  fault.path = "/v1/subscriptions/";
  fault.method = "GET";
  fault.kind = PURSER_FAULT_STATUS;
  fault.status = 429;
  fault.count = count;
  box.call(purser_sandbox_fail, &fault);
}

void Stage::pass(Dice &dice, std::int64_t duration_ms) {
  constexpr std::int64_t stride_ms = 10 * day_ms;
  // A host looks every hour. Here it looks seldom, but before Stripe forgets what was lost, which is after 30 days.
  if (now_ms() - swept_at_ms_ > stride_ms) heal_lost();
  for (; duration_ms > stride_ms; duration_ms -= stride_ms) {
    box.advance(stride_ms);
    if (on_the_way) on_the_way();
    post.deliver_due(purser, dice);
    heal_lost();
  }
  box.advance(duration_ms);
}

std::string Stage::make_customer(const std::string &account, bool with_card) {
  const json::Object made = box.post("/v1/customers", "email=" + account + "@example.com&metadata[purser_account]=" + account);
  std::string id = json::text(made, "id");
  owners[id] = account;
  customers[id] = true;
  if (with_card) box.card(id, PURSER_CARD_GOOD);
  return id;
}

std::string Stage::price_id(const Price &price) const {
  if (!price.id.empty()) return price.id;
  std::string &id = ids_of_lookup_keys_[price.lookup_key];
  if (id.empty()) id = json::text(json::list(box.get("/v1/prices?lookup_keys[0]=" + price.lookup_key), "data").at(0).get_object(), "id");
  return id;
}

}  // namespace purser::simulator
