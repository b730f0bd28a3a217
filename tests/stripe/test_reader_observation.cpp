// Facts of events and fetches; rows 43-48 of FOLD.md section 11 as far as one event can show them.
#include "catch.hpp"
#include "stripe/reader.hpp"
#include "stripe_forms.hpp"

using namespace purser;
using namespace purser::test;
using purser::domain::EventKind;
using purser::stripe::observe_event;
using purser::stripe::observe_object;

namespace {

json::object parsed(std::string_view text) {
  json::Parsed p = json::parse(text);
  REQUIRE(p.fault == json::Fault::none);
  return p.root.as_object();
}
std::string undone(std::string_view object, std::string_view previous) {
  return json::canonical(stripe::undo(parsed(object), parsed(previous)));
}
stripe::Observation observed(const json::object &e) {
  auto o = observe_event(e);
  REQUIRE(o);
  return *o;
}
const json::object active = render(Truth{}, true);
json::object with(json::object raw, std::string_view key, json::value v) {
  raw[key] = std::move(v);
  return raw;
}
stripe::Observation subscription_event(std::string type, json::object object, std::optional<json::object> previous = {}) {
  return observed(event("evt_1", "customer.subscription." + type, 77, new_version, std::move(object), std::move(previous)));
}

}  // namespace

TEST_CASE("undo: scalars, null, objects over objects, objects over null, whole arrays") {
  CHECK(undone(R"({"a":2,"b":1})", R"({"a":1})") == R"({"a":1,"b":1})");
  CHECK(undone(R"({"a":2,"b":1})", R"({"a":null})") == R"({"b":1})");
  CHECK(undone(R"({"m":{"k":"new","x":"1"}})", R"({"m":{"k":null}})") == R"({"m":{"x":"1"}})");  // row 46
  CHECK(undone(R"({"items":{"object":"list","data":[{"id":"a"}]}})", R"({"items":{"data":[{"id":"a"},{"id":"b"}]}})") ==
        R"({"items":{"data":[{"id":"a"},{"id":"b"}],"object":"list"}})");  // row 47
  CHECK(undone(R"({"pause_collection":null})", R"({"pause_collection":{"behavior":"void","resumes_at":null}})") ==
        R"({"pause_collection":{"behavior":"void","resumes_at":null}})");  // row 48
  CHECK(undone(R"({"a":{"b":1}})", R"({"a":"text"})") == R"({"a":"text"})");
  CHECK(undone(R"({"a":[1,2]})", R"({"a":[]})") == R"({"a":[]})");
  CHECK(undone(R"({"a":1})", R"({"z":9})") == R"({"a":1,"z":9})");
  CHECK(undone(R"({"a":1})", "{}") == R"({"a":1})");
}

TEST_CASE("row 43: one id in two versions is one event with one pre and one post") {
  Truth after;
  after.items[0].price = "price_2";
  after.discount = "di_1";
  after.period_end += 5;
  stripe::Observation seen[2];
  for (const bool modern : {false, true}) {
    const auto a = render(Truth{}, modern), b = render(after, modern);
    seen[modern] =
        observed(event("evt_1", "customer.subscription.updated", 1, modern ? new_version : old_version, b, previous_attributes(a, b)));
  }
  CHECK(seen[0].event.post == seen[1].event.post);
  CHECK(seen[0].event.pre == seen[1].event.pre);
  CHECK(seen[0].event.pre != seen[0].event.post);
  CHECK(seen[0].event.api_version < seen[1].event.api_version);
}

TEST_CASE("row 45: livemode and the Connect account are part of the key") {
  json::object e = event("evt_1", "customer.subscription.updated", 1, new_version, active);
  const auto test_mode = observed(e).key;
  CHECK(test_mode == domain::ObjectKey{false, "", "subscription", "sub_1"});
  e["livemode"] = true;
  CHECK(observed(e).key != test_mode);
  e["livemode"] = false;
  e["account"] = "acct_9";
  CHECK(observed(e).key == domain::ObjectKey{false, "acct_9", "subscription", "sub_1"});
}

TEST_CASE("kind, source and terminal") {
  const auto made = subscription_event("created", active);
  CHECK(made.event.kind == EventKind::created);
  CHECK(made.event.source);
  CHECK_FALSE(made.event.terminal);
  CHECK_FALSE(made.event.has_pre);

  const auto changed = subscription_event("updated", active, json::object{{"status", "past_due"}});
  CHECK(changed.event.kind == EventKind::updated);
  CHECK_FALSE(changed.event.source);
  CHECK(changed.event.has_pre);
  CHECK(changed.event.created_s == 77);
  CHECK(changed.event.period_start_s == 1'700'000'000);

  const auto gone = subscription_event("deleted", with(active, "status", "canceled"));
  CHECK(gone.event.kind == EventKind::deleted);
  CHECK(gone.event.source);
  CHECK(gone.event.terminal);

  const auto expired = subscription_event("updated", with(active, "status", "incomplete_expired"), json::object{{"status", "incomplete"}});
  CHECK(expired.event.source);  // it enters the terminal phase: no edge
  CHECK(expired.event.terminal);
  const auto noted =
      subscription_event("updated", with(active, "status", "canceled"), json::object{{"metadata", json::object{{"k", "v"}}}});
  CHECK_FALSE(noted.event.source);  // a change within the terminal phase
  CHECK(noted.event.terminal);
  const auto unknown_before = subscription_event("updated", with(active, "status", "canceled"));
  CHECK_FALSE(unknown_before.event.source);
  CHECK(unknown_before.event.terminal);

  CHECK(subscription_event("updated", with(active, "status", "incomplete")).event.incomplete);
  CHECK(subscription_event("paused", with(active, "status", "paused")).event.kind == EventKind::updated);
}

TEST_CASE("previous_attributes: absent is unknown, {} is no change, and it counts on every type") {
  CHECK_FALSE(subscription_event("updated", active).event.has_pre);
  const auto same = subscription_event("updated", active, json::object{});
  CHECK(same.event.has_pre);
  CHECK(same.event.pre == same.event.post);
  CHECK(subscription_event("trial_will_end", active, json::object{{"status", "trialing"}}).event.has_pre);
}

TEST_CASE("up to 2017-04-06 arrays in previous_attributes are partial: the state before is unknown") {
  const json::object scalar{{"status", "trialing"}};
  const json::object list{{"items", json::object{{"data", json::array{json::object{{"id", "si_1"}}}}}}};
  const auto has_pre = [&](const char *version, const json::object &previous) {
    return observed(event("evt_1", "customer.subscription.updated", 1, version, active, previous)).event.has_pre;
  };
  CHECK(has_pre("2017-04-06", scalar));
  CHECK_FALSE(has_pre("2017-04-06", list));
  CHECK_FALSE(has_pre("2014-12-17", list));
  CHECK(has_pre("2017-05-25", list));
  CHECK(has_pre("", list));
}

TEST_CASE("the type of a deletion decides, whatever the object says") {
  const auto c =
      observed(event("evt_1", "customer.deleted", 1, new_version, parsed(R"({"id":"cus_1","object":"customer","email":"a@b.c"})")));
  CHECK(c.event.terminal);
  CHECK(c.event.source);
  CHECK(stripe::customer_of(c.post_record).deleted);
  const auto stub = observe_object(parsed(R"({"id":"cus_1","object":"customer","deleted":true})"), false, "");
  REQUIRE(stub);
  CHECK(stub->event.terminal);
  CHECK(stub->event.post == c.event.post);  // the event and the fetch agree
  const auto s = subscription_event("deleted", active);
  CHECK(s.event.terminal);
  CHECK(stripe::subscription_of(s.post_record).status == "canceled");
}

TEST_CASE("whose it is, and how it is linked") {
  const auto s = subscription_event("updated", with(active, "metadata", json::object{{"purser_account", "acct_42"}, {"x", "y"}}));
  CHECK(s.customer == "cus_1");
  CHECK(s.purser_account == "acct_42");
  CHECK(s.purser_metadata);
  CHECK_FALSE(subscription_event("updated", active).purser_metadata);
  const auto intent = subscription_event("updated", with(active, "metadata", json::object{{"purser_intent", "in"}}));
  CHECK(intent.purser_metadata);
  CHECK(intent.purser_account.empty());
  const auto c = observed(event("evt_1", "customer.updated", 1, new_version,
                                parsed(R"({"id":"cus_7","object":"customer","metadata":{"purser_account":"acct_7"}})")));
  CHECK(c.customer == "cus_7");
  CHECK(c.purser_account == "acct_7");
}

TEST_CASE("prices and the keys they were seen with; one without a key is seen too") {
  Truth t;
  t.items = {{"si_1", "price_1", "pro_monthly", 1}, {"si_2", "price_2", "", 1}, {"si_3", "price_1", "pro_monthly", 1}};
  using Keys = std::vector<std::pair<std::string, std::string>>;
  CHECK(subscription_event("updated", render(t, true)).price_keys == Keys{{"price_1", "pro_monthly"}, {"price_2", ""}});
  CHECK(subscription_event("updated", parsed(R"({"id":"sub_1","object":"subscription","plan":{"id":"gold"}})")).price_keys ==
        Keys{{"gold", ""}});
}

TEST_CASE("sessions carry no pre; what their status was before it existed, their type says") {
  const auto raw =
      parsed(R"({"id":"cs_1","object":"checkout.session","client_reference_id":"acct_42","customer":"cus_1","payment_status":"unpaid"})");
  const auto session = [&](const char *type) { return observed(event("evt_1", type, 1, old_version, raw, json::object{})); };
  const auto complete = session("checkout.session.completed");
  CHECK_FALSE(complete.event.has_pre);
  CHECK_FALSE(complete.event.terminal);
  CHECK(complete.client_reference_id == "acct_42");
  CHECK(complete.customer == "cus_1");
  CHECK(stripe::session_of(complete.post_record).status == "complete");
  CHECK(stripe::session_of(session("checkout.session.expired").post_record).status == "expired");
  CHECK(stripe::session_of(session("checkout.session.async_payment_failed").post_record).async_failed);
  CHECK_FALSE(stripe::session_of(session("checkout.session.async_payment_succeeded").post_record).async_failed);
  CHECK(stripe::session_of(observe_object(raw, false, "")->post_record).status.empty());
}

TEST_CASE("a fetch and an event of the same state agree") {
  const auto fetched = observe_object(active, false, "acct_9");
  REQUIRE(fetched);
  CHECK(fetched->key == domain::ObjectKey{false, "acct_9", "subscription", "sub_1"});
  CHECK(fetched->event.post == subscription_event("updated", active).event.post);
  CHECK_FALSE(fetched->event.source);
  CHECK(observe_object(with(active, "status", "canceled"), false, "")->event.terminal);
}

TEST_CASE("other objects, objects without an id and broken events do not fold") {
  CHECK_FALSE(observe_event(event("evt_1", "invoice.upcoming", 1, new_version, parsed(R"({"object":"invoice"})"))));
  CHECK_FALSE(
      observe_event(event("evt_1", "payment_method.attached", 1, new_version, parsed(R"({"id":"pm_1","object":"payment_method"})"))));
  CHECK_FALSE(observe_event(
      event("evt_1", "customer.source.created", 1, new_version, parsed(R"({"id":"card_1","object":"card","customer":"cus_1"})"))));
  CHECK_FALSE(observe_event(event("evt_1", "customer.updated", 1, new_version, parsed(R"({"object":"customer"})"))));
  CHECK_FALSE(observe_event(parsed(R"({"id":"evt_1","data":{"object":null}})")));
  CHECK_FALSE(observe_event(parsed(R"({"id":"evt_1","data":[]})")));
  CHECK_FALSE(observe_event({}));
  CHECK_FALSE(observe_object({}, false, ""));
}
