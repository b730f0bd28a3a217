// One event id can come from two endpoints with different API versions. Every modelled member is rendered both ways: the facts agree, and
// the record says what was rendered. Members that only some versions carry do not count (they are named here).
#include <iostream>

#include "catch.hpp"
#include "stripe_edge_renderings.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr int renderings = 3000;

template <class T>
T read_back(const stripe::Observation &o) {
  return from_json<T>(json::parse(o.post_record).root);
}

/// What the rendering of a version can say of a record.
template <class T>
T sayable(T record, bool) {
  return record;
}
domain::Invoice sayable(domain::Invoice i, bool modern) {
  if (modern) i.charge.clear();
  if (!modern && i.payment_intents.size() > 1) i.payment_intents.resize(1);
  return i;
}
domain::Charge sayable(domain::Charge c, bool modern) {
  if (modern) c.invoice.clear();
  return c;
}
domain::Session sayable(domain::Session s, bool modern) {
  if (modern) s.payment_intent.clear();
  return s;
}

/// What cannot be: ids repeat, or one member follows from another.
template <class T>
T possible(T record) {
  return record;
}
domain::Invoice possible(domain::Invoice i) {
  if (i.status.empty()) i.status = "open";  // the form without a status has a test of its own
  if (i.status.ends_with("_1")) i.status = "paid";
  i.paid = i.status == "paid";
  for (std::size_t n = 0; n < i.lines.size(); ++n) i.lines[n].id = "il_" + std::to_string(n);
  domain::make_set(i.payment_intents);
  return i;
}
domain::Session possible(domain::Session s) {
  s.async_failed = false;                   // the event's type says it
  if (s.status.empty()) s.status = "open";  // so does it where there is no status
  return s;
}
domain::Charge possible(domain::Charge c) {
  if (c.status.empty()) c.status = "pending";
  return c;
}
domain::Transfer possible(domain::Transfer t) {
  t.destination = t.destination.empty() ? "1" : t.destination;
  return t;
}
domain::EntitlementSummary possible(domain::EntitlementSummary s) {
  if (s.customer.empty()) s.customer = "cus_1";
  domain::sort(s.entitlements);
  return s;
}
domain::StripePrice possible(domain::StripePrice p) {
  p.deleted = false;
  if (p.unit_amount % 5 == 0) p.unit_amount = -1;
  if (p.interval.empty()) p.interval_count = 0;
  return p;
}
domain::StripeProduct possible(domain::StripeProduct p) {
  p.deleted = false;
  return p;
}
domain::Customer possible(domain::Customer c) {
  c.deleted = false;
  std::erase_if(c.metadata, [](const auto &entry) { return entry.second.empty(); });
  return c;
}

json::object rendered(const auto &record, bool modern, Random &r) { return render(record, Print{r, modern}); }

/// The same event in both versions; `changed` says what it was before.
template <class T>
void agree(const T &before, const T &after, bool with_previous, Random &r) {
  std::optional<stripe::Observation> seen[2];
  for (const bool modern : {false, true}) {
    Random same = r;  // one event has one print: before and after are expanded alike
    const json::object a = rendered(before, modern, same);
    same = r;
    const json::object b = rendered(after, modern, same);
    std::optional<json::object> previous;
    if (with_previous) previous = previous_attributes(a, b);
    seen[modern] = stripe::observe_event(event("evt_1", "something.updated", 1, modern ? new_version : old_version, b, previous));
    REQUIRE(seen[modern]);
    if (with_previous) REQUIRE(seen[modern]->event.pre == sha256(stripe::record(before)));
  }
  REQUIRE(seen[0]->key == seen[1]->key);
  REQUIRE(seen[0]->event.post == seen[1]->event.post);
  REQUIRE(seen[0]->customer == seen[1]->customer);
  REQUIRE(seen[0]->event.terminal == seen[1]->event.terminal);
}

template <class T>
void joined_types_agree(const char *name) {
  Random r(7);
  for (int i = 0; i < renderings; ++i) {
    INFO(name << " " << i);
    const T record = possible(random_record<T>(r));
    agree(record, record, false, r);
    for (const bool modern : {false, true}) {
      const auto o = stripe::observe_object(rendered(record, modern, r), false, "");
      REQUIRE(o);
      T expected = sayable(record, modern);
      if constexpr (std::is_same_v<T, domain::Transfer>) expected.destination = "acct_" + expected.destination;
      REQUIRE(stripe::record(read_back<T>(*o)) == stripe::record(expected));
      REQUIRE(o->post_record.find("obody") == std::string::npos);  // the person that every payload names
      // Another print of the same, and so the same fact.
      REQUIRE(stripe::observe_object(rendered(record, modern, r), false, "")->event.post == o->event.post);
    }
  }
}

template <class T>
void edges_agree(const char *name) {
  Random r(8);
  int changes = 0;
  T before = possible(random_record<T>(r));
  for (int i = 0; i < renderings; ++i) {
    INFO(name << " " << i);
    const T after = possible(with_one_changed(r, before));
    agree(before, after, true, r);
    for (const bool modern : {false, true}) {
      const auto o = stripe::observe_object(rendered(after, modern, r), false, "");
      REQUIRE(read_back<T>(*o) == after);
      REQUIRE(o->post_record.find("obody") == std::string::npos);
    }
    changes += before == after ? 0 : 1;
    before = after;
  }
  CHECK(changes > renderings / 8);
}

}  // namespace

TEST_CASE("two renderings of what is joined are one fact, whatever any member says") {
  joined_types_agree<domain::Invoice>("invoice");
  joined_types_agree<domain::InvoicePayment>("invoice_payment");
  joined_types_agree<domain::Charge>("charge");
  joined_types_agree<domain::Refund>("refund");
  joined_types_agree<domain::Dispute>("dispute");
  joined_types_agree<domain::Session>("checkout.session");
  joined_types_agree<domain::Transfer>("transfer");
  joined_types_agree<domain::EntitlementSummary>("summary");
}

TEST_CASE("two renderings of what folds by edges have one pre and one post, whatever any member says") {
  edges_agree<domain::Customer>("customer");
  edges_agree<domain::StripeProduct>("product");
  edges_agree<domain::StripePrice>("price");
  edges_agree<domain::Schedule>("subscription_schedule");
  edges_agree<domain::Payout>("payout");
  edges_agree<domain::StripeAccount>("account");
}

TEST_CASE("a difference that counts is seen: another amount, another post") {
  Random r(9);
  domain::Invoice invoice = possible(random_record<domain::Invoice>(r));
  const auto post = [&] { return stripe::observe_object(rendered(invoice, true, r), false, "")->event.post; };
  const Digest before = post();
  invoice.hosted_invoice_url = "https://invoice.stripe.com/i/another_print";
  CHECK(post() == before);
  invoice.amount_due += 1;
  CHECK(post() != before);
}
