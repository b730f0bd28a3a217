// What a verified event, or a fetched object, says about one object: its key, its edge pre → post, and its link facts.
#include <algorithm>

#include "stripe/field.hpp"
#include "stripe/object_type.hpp"
#include "stripe/reference.hpp"
#include "stripe/transfer.hpp"

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
  std::vector<Reference> references;
};

/// The type of an event that ends in .deleted decides: customer.deleted carries neither a status nor `deleted`.
template <class T>
void delete_state(T &record) {
  if constexpr (requires { record.deleted; }) {
    record = {};
    record.deleted = true;
  }
}
void delete_state(domain::Subscription &s) {
  if (!domain::terminal_status(s.status)) s.status = "canceled";
}

template <class T>
bool terminal(const T &record) {
  if constexpr (requires { record.deleted; })
    return record.deleted;
  else
    return false;
}
bool terminal(const domain::Subscription &s) { return domain::terminal_status(s.status); }
bool terminal(const domain::Schedule &s) { return domain::terminal_schedule(s.status); }

template <class T>
State state_of(const json::object &raw, bool deleted) {
  T read_one;
  read(raw, read_one);
  if (deleted) delete_state(read_one);
  State state{record(read_one), terminal(read_one), false, 0, references(read_one)};
  if constexpr (std::is_same_v<T, domain::Subscription>) {
    state.incomplete = read_one.status == "incomplete";
    state.period_start_s = read_one.period_start();
  }
  return state;
}

template <class T>
void observe_edge(Observation &o, const json::object &raw, const json::object *previous) {
  State post = state_of<T>(raw, o.event.kind == EventKind::deleted);
  o.event.post = sha256(post.record);
  o.event.terminal = post.terminal;
  o.event.incomplete = post.incomplete;
  o.event.period_start_s = post.period_start_s;
  o.event.source = o.event.kind != EventKind::updated;
  if (previous) {
    const State pre = state_of<T>(undo(raw, *previous), false);
    o.event.has_pre = true;
    o.event.pre = sha256(pre.record);
    o.event.source = o.event.source || (post.terminal && !pre.terminal);
  }
  o.references = std::move(post.references);
  o.post_record = std::move(post.record);
}

/// What the type of an event says and its object may not.
template <class T>
void read_event_type(T &, std::string_view) {}
void read_event_type(domain::Invoice &invoice, std::string_view type) {
  if (type == "invoice.deleted") invoice.status = "deleted";
}
/// Before `status` existed the type of the event alone said it.
void read_event_type(domain::Session &session, std::string_view type) {
  session.async_failed = type == "checkout.session.async_payment_failed";
  if (session.status.empty() && type == "checkout.session.expired") session.status = "expired";
  if (session.status.empty() && !type.empty() && type != "checkout.session.expired") session.status = "complete";
}

/// Without what only some versions carry, or what Stripe prints anew each time.
template <class T>
void make_comparable(T &) {}
void make_comparable(domain::Session &session) { session.payment_intent.clear(); }
void make_comparable(domain::Charge &charge) { charge.invoice.clear(); }
void make_comparable(domain::Invoice &invoice) {
  invoice.billing_reason.clear();  // a first invoice's is another before 2018-10-31
  invoice.payment_intents.clear();
  invoice.charge.clear();
  invoice.hosted_invoice_url.clear();
  invoice.invoice_pdf.clear();
}

template <class T>
void observe_joined(Observation &o, const json::object &raw, std::string_view event_type) {
  T seen;
  read(raw, seen);
  read_event_type(seen, event_type);
  if constexpr (requires { seen.client_reference_id; }) o.client_reference_id = seen.client_reference_id;
  o.references = references(seen);
  o.post_record = record(seen);
  make_comparable(seen);
  o.event.post = sha256(record(seen));
}

/// Where only a holder of the API key can write metadata that stays with the object, it can say whose the object is. An invoice carries
/// copies of its subscription's.
bool says_account(std::string_view type) { return type == "subscription" || type == "customer" || type == "checkout.session"; }

/// Everything but the fold's facts; nullopt for a type that does not fold, or an object without an id.
std::optional<Observation> identify(const json::object &raw, bool livemode, std::string stripe_account) {
  Observation o;
  o.key = {livemode, std::move(stripe_account), text(raw, "object"), text(raw, "id")};
  o.customer = id(raw, "customer");
  if (o.key.type == "customer") o.customer = o.key.id;
  if (o.key.type == summary_type) o.key.id = o.customer;
  if (o.key.type == "transfer" && bank_transfer(raw)) o.key.type = "payout";
  if (o.key.id.empty() || !folding(o.key.type)) return std::nullopt;
  if (says_account(o.key.type)) read_links(o, raw);
  if (o.key.type == "subscription") read_price_keys(o, raw);
  if (o.key.type == "price" && !flag(raw, "deleted")) o.price_keys.emplace_back(o.key.id, text(raw, "lookup_key"));
  return o;
}

void observe(Observation &o, const json::object &raw, const json::object *previous, std::string_view event_type) {
  with_type(o.key.type, [&]<class T>(std::type_identity<T>) {
    if constexpr (joined_type<T>)
      observe_joined<T>(o, raw, event_type);
    else
      observe_edge<T>(o, raw, previous);
    if constexpr (!requires(T t) { t.customer; } && !std::is_same_v<T, domain::Customer>) o.customer.clear();
  });
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
  const json::object *previous = previous_of(*data, o->event.api_version);
  if (type.starts_with("transfer.") && o->key.type == "payout") {
    json::object payout = *raw;
    payout["status"] = bank_transfer_status(*raw, type);
    observe(*o, payout, previous, type);
  } else {
    observe(*o, *raw, previous, type);
  }
  return o;
}

std::optional<Observation> observe_object(const json::object &object, bool livemode, std::string stripe_account) {
  std::optional<Observation> o = identify(object, livemode, std::move(stripe_account));
  if (o) observe(*o, object, nullptr, {});
  return o;
}

}  // namespace purser::stripe
