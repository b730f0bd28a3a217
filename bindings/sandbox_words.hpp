// The sandbox's words with their inputs and outputs, for the marshallers of Node and Python: what bindings/generated/descriptors.h is for
// verbs, by hand, because include/purser_sandbox.h is written by hand.
#pragma once
#include <descriptors.h>
#include <purser_sandbox.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string_view>

namespace purser_words {

/// The sandbox that a program holds, and every store that was opened on it: the last of them closes it. A forked child has none of its
/// threads and leaves it alone.
struct Box {
  explicit Box(purser_sandbox *opened) : box(opened), process(getpid()) {}
  ~Box() {
    if (getpid() == process) purser_sandbox_close(box);
  }
  Box(const Box &) = delete;
  Box &operator=(const Box &) = delete;
  purser_sandbox *const box;
  const pid_t process;
};

template <std::size_t N>
const char *named(const std::array<const char *, N> &names, std::int32_t value) {
  return value >= 0 && static_cast<std::size_t>(value) < N ? names[static_cast<std::size_t>(value)] : nullptr;
}
inline const char *card_name(std::int32_t value) { return named<4>({"good", "declined", "none", "action"}, value); }
inline const char *dispute_name(std::int32_t value) { return named<3>({"opened", "won", "lost"}, value); }
inline const char *pause_name(std::int32_t value) { return named<3>({"void", "keep_as_draft", "mark_uncollectible"}, value); }
inline const char *payout_name(std::int32_t value) { return named<3>({"paid", "failed", "canceled"}, value); }
inline const char *order_name(std::int32_t value) { return named<3>({"as_created", "reversed", "shuffled"}, value); }
inline const char *dunning_name(std::int32_t value) { return named<3>({"cancel", "unpaid", "past_due"}, value); }
inline const char *fault_name(std::int32_t value) { return named<4>({"none", "status", "lost", "not_sent"}, value); }

// Inputs that C has as arguments.
struct On {
  std::size_t struct_size;
  const char *id;
};
struct Cancel {
  std::size_t struct_size;
  const char *subscription;
  std::int32_t at_period_end;
};
struct Swap {
  std::size_t struct_size;
  const char *subscription, *price;
  std::int64_t quantity;
};
struct Card {
  std::size_t struct_size;
  const char *customer;
  std::int32_t card;
};
struct Refund {
  std::size_t struct_size;
  const char *payment;
  std::int64_t amount_minor;
};
struct Dispute {
  std::size_t struct_size;
  const char *payment;
  std::int32_t outcome;
};
struct Pause {
  std::size_t struct_size;
  const char *subscription;
  std::int32_t behavior;
  std::int64_t resumes_at_ms;
};
struct Entitle {
  std::size_t struct_size;
  const char *product, *feature;
};
struct PayoutEnd {
  std::size_t struct_size;
  const char *payout;
  std::int32_t outcome;
};
struct Send {
  std::size_t struct_size;
  const char *type, *object;
};
struct Advance {
  std::size_t struct_size;
  std::int64_t duration_ms;
};
struct Request {
  std::size_t struct_size;
  const char *method, *path, *form;
};
struct Serve {
  std::size_t struct_size;
  std::int32_t port;
};
struct WebhookUrl {
  std::size_t struct_size;
  const char *url;
};
struct Nothing {
  std::size_t struct_size;
};

/// What a word gives back; `text` belongs to whoever asked.
struct Given {
  std::int32_t status;
  const char *text;
  purser_sandbox_report report;
};

#define PURSER_FIELD(type, member, name, camel, kind, names) \
  { name, camel, kind, 0, offsetof(type, member), 0, nullptr, nullptr, nullptr, names, 0, "" }
#define PURSER_SHAPE(shape, type, fields) inline const purserd_shape shape = {#type, #type, sizeof(type), fields, std::size(fields), ""}

inline const purserd_field options_fields[] = {
    PURSER_FIELD(purser_sandbox_options, catalog, "catalog", "catalog", PURSERD_CSTR, nullptr),
    PURSER_FIELD(purser_sandbox_options, catalog_text, "catalog_text", "catalogText", PURSERD_CSTR, nullptr),
    PURSER_FIELD(purser_sandbox_options, seed, "seed", "seed", PURSERD_I64, nullptr),
    PURSER_FIELD(purser_sandbox_options, start_ms, "start_ms", "startMs", PURSERD_I64, nullptr),
    PURSER_FIELD(purser_sandbox_options, dunning_days, "dunning_days", "dunningDays", PURSERD_I32, nullptr),
    PURSER_FIELD(purser_sandbox_options, dunning_end, "dunning_end", "dunningEnd", PURSERD_ENUM, dunning_name),
};
PURSER_SHAPE(options_shape, purser_sandbox_options, options_fields);
inline const purserd_field delivery_fields[] = {
    PURSER_FIELD(purser_sandbox_delivery, url, "url", "url", PURSERD_CSTR, nullptr),
    PURSER_FIELD(purser_sandbox_delivery, only, "only", "only", PURSERD_CSTR, nullptr),
    PURSER_FIELD(purser_sandbox_delivery, order, "order", "order", PURSERD_ENUM, order_name),
    PURSER_FIELD(purser_sandbox_delivery, repeat, "repeat", "repeat", PURSERD_I32, nullptr),
    PURSER_FIELD(purser_sandbox_delivery, drop_percent, "drop_percent", "dropPercent", PURSERD_I32, nullptr),
    PURSER_FIELD(purser_sandbox_delivery, unsigned_, "unsigned", "unsigned", PURSERD_BOOL, nullptr),
    PURSER_FIELD(purser_sandbox_delivery, older_than_ms, "older_than_ms", "olderThanMs", PURSERD_I64, nullptr),
    PURSER_FIELD(purser_sandbox_delivery, lose, "lose", "lose", PURSERD_CSTR, nullptr),
    PURSER_FIELD(purser_sandbox_delivery, hold_percent, "hold_percent", "holdPercent", PURSERD_I32, nullptr),
    PURSER_FIELD(purser_sandbox_delivery, api_version, "api_version", "apiVersion", PURSERD_CSTR, nullptr),
    PURSER_FIELD(purser_sandbox_delivery, thin, "thin", "thin", PURSERD_I32, nullptr),
    PURSER_FIELD(purser_sandbox_delivery, connect_url, "connect_url", "connectUrl", PURSERD_CSTR, nullptr),
};
PURSER_SHAPE(delivery_shape, purser_sandbox_delivery, delivery_fields);
inline const purserd_field fault_fields[] = {
    PURSER_FIELD(purser_sandbox_fault, path, "path", "path", PURSERD_CSTR, nullptr),
    PURSER_FIELD(purser_sandbox_fault, method, "method", "method", PURSERD_CSTR, nullptr),
    PURSER_FIELD(purser_sandbox_fault, kind, "kind", "kind", PURSERD_ENUM, fault_name),
    PURSER_FIELD(purser_sandbox_fault, status, "status", "status", PURSERD_I32, nullptr),
    PURSER_FIELD(purser_sandbox_fault, after, "after", "after", PURSERD_I32, nullptr),
    PURSER_FIELD(purser_sandbox_fault, count, "count", "count", PURSERD_I32, nullptr),
};
PURSER_SHAPE(fault_shape, purser_sandbox_fault, fault_fields);
inline const purserd_field session_fields[] = {PURSER_FIELD(On, id, "session", "session", PURSERD_CSTR, nullptr)};
PURSER_SHAPE(session_shape, On, session_fields);
inline const purserd_field subscription_fields[] = {PURSER_FIELD(On, id, "subscription", "subscription", PURSERD_CSTR, nullptr)};
PURSER_SHAPE(subscription_shape, On, subscription_fields);
inline const purserd_field cancel_fields[] = {
    PURSER_FIELD(Cancel, subscription, "subscription", "subscription", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Cancel, at_period_end, "at_period_end", "atPeriodEnd", PURSERD_BOOL, nullptr),
};
PURSER_SHAPE(cancel_shape, Cancel, cancel_fields);
inline const purserd_field swap_fields[] = {
    PURSER_FIELD(Swap, subscription, "subscription", "subscription", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Swap, price, "price", "price", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Swap, quantity, "quantity", "quantity", PURSERD_I64, nullptr),
};
PURSER_SHAPE(swap_shape, Swap, swap_fields);
inline const purserd_field card_fields[] = {
    PURSER_FIELD(Card, customer, "customer", "customer", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Card, card, "card", "card", PURSERD_ENUM, card_name),
};
PURSER_SHAPE(card_shape, Card, card_fields);
inline const purserd_field payment_fields[] = {PURSER_FIELD(On, id, "payment", "payment", PURSERD_CSTR, nullptr)};
PURSER_SHAPE(payment_shape, On, payment_fields);
inline const purserd_field refund_fields[] = {
    PURSER_FIELD(Refund, payment, "payment", "payment", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Refund, amount_minor, "amount_minor", "amountMinor", PURSERD_I64, nullptr),
};
PURSER_SHAPE(refund_shape, Refund, refund_fields);
inline const purserd_field dispute_fields[] = {
    PURSER_FIELD(Dispute, payment, "payment", "payment", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Dispute, outcome, "outcome", "outcome", PURSERD_ENUM, dispute_name),
};
PURSER_SHAPE(dispute_shape, Dispute, dispute_fields);
inline const purserd_field pause_fields[] = {
    PURSER_FIELD(Pause, subscription, "subscription", "subscription", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Pause, behavior, "behavior", "behavior", PURSERD_ENUM, pause_name),
    PURSER_FIELD(Pause, resumes_at_ms, "resumes_at_ms", "resumesAtMs", PURSERD_I64, nullptr),
};
PURSER_SHAPE(pause_shape, Pause, pause_fields);
inline const purserd_field customer_fields[] = {PURSER_FIELD(On, id, "customer", "customer", PURSERD_CSTR, nullptr)};
PURSER_SHAPE(customer_shape, On, customer_fields);
inline const purserd_field entitle_fields[] = {
    PURSER_FIELD(Entitle, product, "product", "product", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Entitle, feature, "feature", "feature", PURSERD_CSTR, nullptr),
};
PURSER_SHAPE(entitle_shape, Entitle, entitle_fields);
inline const purserd_field payout_end_fields[] = {
    PURSER_FIELD(PayoutEnd, payout, "payout", "payout", PURSERD_CSTR, nullptr),
    PURSER_FIELD(PayoutEnd, outcome, "outcome", "outcome", PURSERD_ENUM, payout_name),
};
PURSER_SHAPE(payout_end_shape, PayoutEnd, payout_end_fields);
inline const purserd_field event_fields[] = {PURSER_FIELD(On, id, "event", "event", PURSERD_CSTR, nullptr)};
PURSER_SHAPE(event_shape, On, event_fields);
inline const purserd_field send_fields[] = {
    PURSER_FIELD(Send, type, "type", "type", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Send, object, "object", "object", PURSERD_CSTR, nullptr),
};
PURSER_SHAPE(send_shape, Send, send_fields);
inline const purserd_field advance_fields[] = {PURSER_FIELD(Advance, duration_ms, "duration_ms", "durationMs", PURSERD_I64, nullptr)};
PURSER_SHAPE(advance_shape, Advance, advance_fields);
inline const purserd_field request_fields[] = {
    PURSER_FIELD(Request, method, "method", "method", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Request, path, "path", "path", PURSERD_CSTR, nullptr),
    PURSER_FIELD(Request, form, "form", "form", PURSERD_CSTR, nullptr),
};
PURSER_SHAPE(request_shape, Request, request_fields);
inline const purserd_field serve_fields[] = {PURSER_FIELD(Serve, port, "port", "port", PURSERD_I32, nullptr)};
PURSER_SHAPE(serve_shape, Serve, serve_fields);
inline const purserd_field webhook_url_fields[] = {PURSER_FIELD(WebhookUrl, url, "url", "url", PURSERD_CSTR, nullptr)};
PURSER_SHAPE(webhook_url_shape, WebhookUrl, webhook_url_fields);
inline const purserd_shape nothing_shape = {"Nothing", "Nothing", sizeof(Nothing), nullptr, 0, ""};

// The numbers of a report, named as in C; camelCase has none of its own.
struct Count {
  const char *name;
  std::int64_t purser_sandbox_report::*count;
};
inline constexpr Count report_counts[] = {{"delivered", &purser_sandbox_report::delivered},
                                          {"refused", &purser_sandbox_report::refused},
                                          {"dropped", &purser_sandbox_report::dropped},
                                          {"requests", &purser_sandbox_report::requests},
                                          {"waiting", &purser_sandbox_report::waiting}};

#undef PURSER_FIELD
#undef PURSER_SHAPE

enum class Gives { nothing, text, answer, report };

struct Word {
  const char *name, *camel;
  const purserd_shape *in;
  Gives gives;
  purser_status (*run)(purser_sandbox *box, purser_handle *p, const void *in, Given &given, purser_error **error);
};

template <class In>
const In &as(const void *in) {
  return *static_cast<const In *>(in);
}
inline const char *or_empty(const char *text) { return text ? text : ""; }

template <purser_status (*function)(purser_sandbox *, const char *, purser_error **)>
purser_status on_id(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return function(box, or_empty(as<On>(in).id), error);
}
inline purser_status cancel(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_cancel(box, or_empty(as<Cancel>(in).subscription), as<Cancel>(in).at_period_end, error);
}
inline purser_status swap(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_swap(box, or_empty(as<Swap>(in).subscription), as<Swap>(in).price, as<Swap>(in).quantity, error);
}
inline purser_status card(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_card(box, or_empty(as<Card>(in).customer), as<Card>(in).card, error);
}
inline purser_status refund(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_refund(box, or_empty(as<Refund>(in).payment), as<Refund>(in).amount_minor, error);
}
inline purser_status dispute(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_dispute(box, or_empty(as<Dispute>(in).payment), as<Dispute>(in).outcome, error);
}
inline purser_status pause(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  const auto &asked = as<Pause>(in);
  return purser_sandbox_pause(box, or_empty(asked.subscription), asked.behavior, asked.resumes_at_ms, error);
}
inline purser_status entitle(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_entitle(box, or_empty(as<Entitle>(in).product), or_empty(as<Entitle>(in).feature), error);
}
inline purser_status connect(purser_sandbox *box, purser_handle *, const void *, Given &given, purser_error **error) {
  return purser_sandbox_connect(box, &given.text, error);
}
inline purser_status payout_end(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_payout_end(box, or_empty(as<PayoutEnd>(in).payout), as<PayoutEnd>(in).outcome, error);
}
inline purser_status send(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_send(box, or_empty(as<Send>(in).type), or_empty(as<Send>(in).object), error);
}
inline purser_status advance(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_advance(box, as<Advance>(in).duration_ms, error);
}
/// Without faults every event has to arrive: what was not answered 2xx is an error. With them the report says it.
inline purser_status deliver(purser_sandbox *box, purser_handle *p, const void *, Given &, purser_error **error) {
  return purser_sandbox_deliver(box, p, error);
}
inline purser_status deliver_with(purser_sandbox *box, purser_handle *p, const void *in, Given &given, purser_error **error) {
  return purser_sandbox_deliver_with(box, p, &as<purser_sandbox_delivery>(in), &given.report, error);
}
inline purser_status rotate_secret(purser_sandbox *box, purser_handle *, const void *, Given &given, purser_error **error) {
  return purser_sandbox_rotate_secret(box, &given.text, error);
}
inline purser_status fail(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_fail(box, &as<purser_sandbox_fault>(in), error);
}
inline purser_status request(purser_sandbox *box, purser_handle *, const void *in, Given &given, purser_error **error) {
  const auto &asked = as<Request>(in);
  return purser_sandbox_request(box, or_empty(asked.method), or_empty(asked.path), asked.form, &given.status, &given.text, error);
}
inline purser_status serve(purser_sandbox *box, purser_handle *, const void *in, Given &given, purser_error **error) {
  return purser_sandbox_serve(box, as<Serve>(in).port, &given.text, error);
}
inline purser_status webhook_url(purser_sandbox *box, purser_handle *, const void *in, Given &, purser_error **error) {
  return purser_sandbox_webhook_url(box, as<WebhookUrl>(in).url, error);
}

inline const Word words[] = {
    {"pay", "pay", &session_shape, Gives::nothing, on_id<purser_sandbox_pay>},
    {"decline", "decline", &session_shape, Gives::nothing, on_id<purser_sandbox_decline>},
    {"abandon", "abandon", &session_shape, Gives::nothing, on_id<purser_sandbox_abandon>},
    {"cancel", "cancel", &cancel_shape, Gives::nothing, cancel},
    {"resume", "resume", &subscription_shape, Gives::nothing, on_id<purser_sandbox_resume>},
    {"swap", "swap", &swap_shape, Gives::nothing, swap},
    {"card", "card", &card_shape, Gives::nothing, card},
    {"confirm", "confirm", &payment_shape, Gives::nothing, on_id<purser_sandbox_confirm>},
    {"refund", "refund", &refund_shape, Gives::nothing, refund},
    {"dispute", "dispute", &dispute_shape, Gives::nothing, dispute},
    {"pause", "pause", &pause_shape, Gives::nothing, pause},
    {"unpause", "unpause", &subscription_shape, Gives::nothing, on_id<purser_sandbox_unpause>},
    {"delete_customer", "deleteCustomer", &customer_shape, Gives::nothing, on_id<purser_sandbox_delete_customer>},
    {"entitle", "entitle", &entitle_shape, Gives::nothing, entitle},
    {"connect", "connect", &nothing_shape, Gives::text, connect},
    {"payout_end", "payoutEnd", &payout_end_shape, Gives::nothing, payout_end},
    {"resend", "resend", &event_shape, Gives::nothing, on_id<purser_sandbox_resend>},
    {"send", "send", &send_shape, Gives::nothing, send},
    {"advance", "advance", &advance_shape, Gives::nothing, advance},
    {"deliver", "deliver", &nothing_shape, Gives::nothing, deliver},
    {"deliver_with", "deliverWith", &delivery_shape, Gives::report, deliver_with},
    {"rotate_secret", "rotateSecret", &nothing_shape, Gives::text, rotate_secret},
    {"fail", "fail", &fault_shape, Gives::nothing, fail},
    {"request", "request", &request_shape, Gives::answer, request},
    {"serve", "serve", &serve_shape, Gives::text, serve},
    {"webhook_url", "webhookUrl", &webhook_url_shape, Gives::nothing, webhook_url},
};

inline const Word *word_named(std::string_view name) {
  for (const Word &word : words) {
    if (name == word.name || name == word.camel) return &word;
  }
  return nullptr;
}

}  // namespace purser_words
