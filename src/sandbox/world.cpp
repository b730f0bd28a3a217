#include "sandbox/world.hpp"

#include <algorithm>
#include <stdexcept>

#include "sandbox/api_failure.hpp"
#include "sandbox/version.hpp"

namespace purser::sandbox {

World::World(const Options &options)
    : clock(options.start_ms),
      ids(options.seed),
      dice(options.seed ^ 0xD1CEu),
      draft_s(static_cast<std::int64_t>(options.draft_minutes) * 60),
      dunning_s(static_cast<std::int64_t>(options.dunning_days) * 86'400),
      dunning_end(options.dunning_end),
      moment_ms_(clock.now_ms()) {
  account += "1" + ids.letters(15);
  // Of a stream of its own, so that the ids that follow are what they always were.
  connect_secret = Ids(options.seed ^ 0xC0EC7u).make("whsec_");
  secret_key = "sk_test_" + ids.letters(48);
  publishable_key = "pk_test_" + ids.letters(48);
  webhook_secrets.push_back({ids.make("whsec_"), forever_ms});
  if (!options.catalog_text.empty()) read_catalog(*this, options.catalog_text, options.catalog_name);
}

void World::let_a_second_pass() {
  const TimeMs now = clock.now_ms();
  if (now / second_ms == asked_s) clock.advance(second_ms - now % second_ms);
}

void World::settle() {
  const TimeMs until_ms = clock.now_ms();
  while (agenda.any_until(until_ms)) {
    const Due due = agenda.take();
    moment_ms_ = std::max(moment_ms_, due.at_ms);
    cause = {};
    try {
      happen(*this, due);
    } catch (const ApiFailure &refusal) {
      // What was planned was checked when it was planned.
      undo();
      throw std::logic_error("the sandbox's clock met a refusal: " + std::string(sandbox::text(refusal.error, "message")));
    }
    finish();
  }
  moment_ms_ = std::max(moment_ms_, until_ms);
  events.forget_before(moment_ms_ - events_kept_ms);
}

Row &World::insert(Table &table, Object object, std::string_view created_event) {
  Row &made = table.insert(std::move(object));
  if (!created_event.empty()) emit(created_event, made.object);
  return made;
}

Row &World::row(Table &table, std::string_view id) {
  Row *found = table.find(id);
  if (!found) throw std::logic_error("the sandbox lost " + table.noun() + " " + std::string(id));
  return *found;
}

const Object &World::get(const Table &table, std::string_view id) const {
  const Row *found = table.find(id);
  if (!found) throw std::logic_error("the sandbox lost " + table.noun() + " " + std::string(id));
  return found->object;
}

std::vector<World::Edited>::iterator World::edited(const Table &table, std::string_view id) {
  return std::ranges::find_if(edited_, [&](const Edited &change) { return change.table == &table && change.id == id; });
}

Object &World::edit(Table &table, std::string_view id) {
  Object &object = row(table, id).object;
  if (edited(table, id) == edited_.end()) edited_.push_back({&table, std::string(id), object});
  return object;
}

void World::emit(std::string_view type, const Object &object, const Object *previous, std::string_view version) {
  if (type.starts_with("customer.subscription.")) entitled_anew_.emplace(sandbox::text(object, "customer"));
  Event event;
  event.id = ids.make("evt_");
  event.type = type;
  event.at_ms = moment_ms_;
  event.account = account_of(*this, object);
  event.beside = beside(*this, object);
  std::string &out = event.text;
  const auto quoted = [&](const std::string &word) { word.empty() ? void(out += "null") : json::append_text(out, word); };
  out = R"({"id":")" + event.id + R"(","object":"event",)";
  if (!event.account.empty()) out += R"("account":")" + event.account + R"(",)";
  out +=
      R"("api_version":")" + std::string(version) + R"(","created":)" + std::to_string(now_s()) + R"(,"data":{"object":)" + render(object);
  if (previous) out += R"(,"previous_attributes":)" + render(*previous);
  out += R"(},"livemode":false,"pending_webhooks":)";
  event.pending = out.size();
  out += R"(1,"request":{"id":)";
  quoted(cause.request);
  out += R"(,"idempotency_key":)";
  quoted(cause.idempotency_key);
  out += R"(},"type":")" + event.type + R"("})";
  events.add(std::move(event));
}

void World::flush(Edited change) {
  const Object &now = row(*change.table, change.id).object;
  const Object previous = difference(change.before, now);
  if (previous.empty()) return;
  change.table->index(change.id);
  if (!change.table->updated().empty()) emit(change.table->updated(), now, &previous);
}

void World::flush(Table &table, std::string_view id) {
  const auto found = edited(table, id);
  if (found == edited_.end()) return;
  Edited change = std::move(*found);
  edited_.erase(found);
  flush(std::move(change));
}

void World::forget(const Table &table, std::string_view id) {
  const auto found = edited(table, id);
  if (found == edited_.end()) return;
  found->table->index(id);
  edited_.erase(found);
}

void World::finish() {
  std::vector<Edited> changes = std::move(edited_);
  edited_.clear();
  for (Edited &change : changes) flush(std::move(change));
  if (product_features.size() == 0) return entitled_anew_.clear();
  const auto anew = std::move(entitled_anew_);
  entitled_anew_.clear();
  for (const std::string &customer : anew) refresh_entitlements(*this, customer);
}

void World::undo() {
  for (Edited &change : edited_) row(*change.table, change.id).object = std::move(change.before);
  edited_.clear();
}

Table *World::table_of(std::string_view id) {
  static constexpr std::pair<std::string_view, Table World::*> prefixes[] = {{"cus_", &World::customers},
                                                                             {"sub_", &World::subscriptions},
                                                                             {"in_", &World::invoices},
                                                                             {"price_", &World::prices},
                                                                             {"prod_", &World::products},
                                                                             {"pm_", &World::payment_methods},
                                                                             {"pi_", &World::payment_intents},
                                                                             {"ch_", &World::charges},
                                                                             {"cs_", &World::sessions},
                                                                             {"seti_", &World::setup_intents},
                                                                             {"inpay_", &World::invoice_payments},
                                                                             {"ii_", &World::invoice_items},
                                                                             {"re_", &World::refunds},
                                                                             {"dp_", &World::disputes},
                                                                             {"sub_sched_", &World::schedules},
                                                                             {"acct_", &World::accounts},
                                                                             {"tr_", &World::transfers},
                                                                             {"trr_", &World::reversals},
                                                                             {"po_", &World::payouts},
                                                                             {"feat_", &World::features},
                                                                             {"prodft_", &World::product_features},
                                                                             {"ent_", &World::entitlements},
                                                                             {"txn_", &World::transactions},
                                                                             {"promo_", &World::promotion_codes},
                                                                             {"di_", &World::discounts},
                                                                             {"bps_", &World::portal_sessions},
                                                                             {"bpc_", &World::portal_configurations},
                                                                             {"plink_", &World::payment_links},
                                                                             {"we_", &World::webhook_endpoints}};
  for (const auto &[prefix, table] : prefixes)
    if (id.starts_with(prefix) && (this->*table).find(id)) return &(this->*table);
  // Ids that their maker chose.
  for (Table *table : {&prices, &products, &coupons, &customers})
    if (table->find(id)) return table;
  return nullptr;
}

}  // namespace purser::sandbox
