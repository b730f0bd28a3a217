// What a verified event, or a fetched object, says about one object: its key, its edge pre → post, and its link facts.
#include <algorithm>

#include "stripe/field.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {
namespace {

using domain::EventKind;

/// Up to this version arrays in `previous_attributes` hold only the changed elements: nothing can be undone with them.
constexpr std::string_view last_partial_arrays = "2017-04-06";

EventKind kind_of(std::string_view type) {
  if (type.ends_with(".created")) return EventKind::created;
  return type.ends_with(".deleted") ? EventKind::deleted : EventKind::updated;
}

bool holds_array(const json::object &o) {
  return std::ranges::any_of(o, [](const auto &member) {
    return member.value().is_array() || (member.value().is_object() && holds_array(member.value().get_object()));
  });
}

/// `previous_attributes` where it can be undone, nullptr where the state before the event is not known.
const json::object *previous_of(const json::object &data, std::string_view api_version) {
  const json::object *previous = child(data, "previous_attributes");
  const bool partial = !api_version.empty() && api_version.substr(0, last_partial_arrays.size()) <= last_partial_arrays;
  return previous && partial && holds_array(*previous) ? nullptr : previous;
}

void read_links(Observation &o, const json::object &raw) {
  const domain::Metadata entries = metadata(raw);
  if (const auto found = entries.find(std::string(account_key)); found != entries.end()) o.purser_account = found->second;
  o.purser_metadata = std::ranges::any_of(entries, [](const auto &entry) { return entry.first.starts_with("purser_"); });
}

/// Prices without a key are kept too: one that gets its key later is then known to be paid already.
void read_price_keys(Observation &o, const json::object &raw) {
  const auto see = [&](std::string price, std::string lookup_key) {
    if (price.empty()) return;
    const auto seen = std::ranges::find(o.price_keys, price, &std::pair<std::string, std::string>::first);
    if (seen == o.price_keys.end())
      o.price_keys.emplace_back(std::move(price), std::move(lookup_key));
    else if (seen->second.empty())
      seen->second = std::move(lookup_key);
  };
  const json::array *items = list(raw, "items");
  if (!items) return see(price_id(raw), {});
  for (const json::value &element : *items) {
    const json::object *item = json::as_object(&element);
    if (item && !flag(*item, "deleted")) see(price_id(*item), std::string(json::as_text(json::find(field(*item, "price"), "lookup_key"))));
  }
}

struct State {
  std::string record;
  bool terminal = false;
  bool incomplete = false;
  std::int64_t period_start_s = 0;
};

/// `deleted`: the type of the event says so. It decides: a customer.deleted carries neither a status nor `deleted`.
State state_of(std::string_view type, const json::object &raw, bool deleted) {
  if (type == "customer") {
    domain::Customer c = read_customer(raw);
    if (deleted) c = deleted_customer();
    return {record(c), c.deleted, false, 0};
  }
  domain::Subscription s = read_subscription(raw);
  if (deleted && !domain::terminal_status(s.status)) s.status = "canceled";
  return {record(s), domain::terminal_status(s.status), s.status == "incomplete", s.period_start()};
}

/// Sessions fold by rank, not by edges. Before `status` existed the type of the event alone said it.
void observe_session(Observation &o, const json::object &raw, std::string_view event_type) {
  domain::Session session = read_session(raw);
  session.async_failed = event_type == "checkout.session.async_payment_failed";
  if (session.status.empty() && event_type == "checkout.session.expired") session.status = "expired";
  if (session.status.empty() && !event_type.empty() && event_type != "checkout.session.expired") session.status = "complete";
  o.client_reference_id = session.client_reference_id;
  o.post_record = record(session);
  o.event.post = sha256(o.post_record);
}

void observe_state(Observation &o, const json::object &raw, const json::object *previous) {
  State post = state_of(o.key.type, raw, o.event.kind == EventKind::deleted);
  o.event.post = sha256(post.record);
  o.event.terminal = post.terminal;
  o.event.incomplete = post.incomplete;
  o.event.period_start_s = post.period_start_s;
  o.event.source = o.event.kind != EventKind::updated;
  if (previous) {
    const State pre = state_of(o.key.type, undo(raw, *previous), false);
    o.event.has_pre = true;
    o.event.pre = sha256(pre.record);
    o.event.source = o.event.source || (post.terminal && !pre.terminal);
  }
  o.post_record = std::move(post.record);
}

/// Everything but the fold's facts; nullopt for a type that does not fold, or an object without an id.
std::optional<Observation> identify(const json::object &raw, bool livemode, std::string stripe_account) {
  Observation o;
  o.key = {livemode, std::move(stripe_account), text(raw, "object"), text(raw, "id")};
  const bool folds = o.key.type == "subscription" || o.key.type == "customer" || o.key.type == "checkout.session";
  if (!folds || o.key.id.empty()) return std::nullopt;
  o.customer = o.key.type == "customer" ? o.key.id : id(raw, "customer");
  read_links(o, raw);
  if (o.key.type == "subscription") read_price_keys(o, raw);
  return o;
}

}  // namespace

std::optional<Observation> observe_event(const json::object &event) {
  const json::object *data = child(event, "data");
  const json::object *raw = data ? child(*data, "object") : nullptr;
  if (!raw) return std::nullopt;
  std::optional<Observation> o = identify(*raw, flag(event, "livemode"), text(event, "account"));
  if (!o) return std::nullopt;
  const std::string type = text(event, "type");
  o->event.id = text(event, "id");
  o->event.kind = kind_of(type);
  o->event.created_s = integer(event, "created");
  o->event.api_version = text(event, "api_version");
  if (o->key.type == "checkout.session")
    observe_session(*o, *raw, type);
  else
    observe_state(*o, *raw, previous_of(*data, o->event.api_version));
  return o;
}

std::optional<Observation> observe_object(const json::object &object, bool livemode, std::string stripe_account) {
  std::optional<Observation> o = identify(object, livemode, std::move(stripe_account));
  if (!o) return std::nullopt;
  if (o->key.type == "checkout.session")
    observe_session(*o, object, {});
  else
    observe_state(*o, object, nullptr);
  return o;
}

}  // namespace purser::stripe
