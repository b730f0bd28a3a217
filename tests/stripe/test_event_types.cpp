// Every event type of a complete endpoint, in an old and in a new version: folded as its noun, or recorded.
#include <set>

#include "catch.hpp"
#include "event_payloads.hpp"
#include "exchange_rows.hpp"
#include "stripe/request.hpp"
#include "stripe_forms.hpp"

using namespace purser;
using namespace purser::test;

namespace {

json::object parsed(std::string_view text) {
  const json::Parsed p = json::parse(text);
  REQUIRE(p.fault == json::Fault::none);
  return p.root.as_object();
}

json::object payload(const EventType &type, bool modern) {
  const auto found = std::ranges::find(payloads, type.noun, &Payload::noun);
  REQUIRE(found != payloads.end());
  json::object object = parsed(modern ? found->new_form : found->old_form);
  for (const auto &change : parsed(type.changes)) object[change.key()] = change.value();
  return object;
}

std::optional<stripe::Observation> observed(const EventType &type, bool modern) {
  json::object e = event("evt_1", std::string(type.type), 77, modern ? new_version : "2017-06-05", payload(type, modern));
  if (!modern) e["request"] = "req_1";  // a text until 2017-05-25
  return stripe::observe_event(e);
}

std::string names(const stripe::Observation &o) {
  std::string out;
  for (const auto &[type, id] : o.references) out.append(out.empty() ? "" : ", ").append(type).append(" ").append(id);
  return out;
}

constexpr std::array<std::string_view, 55> complete_endpoint{"checkout.session.completed",
                                                             "checkout.session.async_payment_succeeded",
                                                             "checkout.session.async_payment_failed",
                                                             "checkout.session.expired",
                                                             "customer.created",
                                                             "customer.updated",
                                                             "customer.deleted",
                                                             "customer.subscription.created",
                                                             "customer.subscription.updated",
                                                             "customer.subscription.deleted",
                                                             "customer.subscription.paused",
                                                             "customer.subscription.resumed",
                                                             "customer.subscription.trial_will_end",
                                                             "customer.subscription.pending_update_applied",
                                                             "customer.subscription.pending_update_expired",
                                                             "subscription_schedule.created",
                                                             "subscription_schedule.updated",
                                                             "subscription_schedule.released",
                                                             "subscription_schedule.canceled",
                                                             "subscription_schedule.completed",
                                                             "subscription_schedule.aborted",
                                                             "subscription_schedule.expiring",
                                                             "invoice.created",
                                                             "invoice.finalized",
                                                             "invoice.finalization_failed",
                                                             "invoice.paid",
                                                             "invoice.payment_failed",
                                                             "invoice.payment_action_required",
                                                             "invoice.voided",
                                                             "invoice.marked_uncollectible",
                                                             "invoice.upcoming",
                                                             "invoice.updated",
                                                             "invoice_payment.paid",
                                                             "charge.refunded",
                                                             "charge.dispute.created",
                                                             "charge.dispute.closed",
                                                             "product.created",
                                                             "product.updated",
                                                             "product.deleted",
                                                             "price.created",
                                                             "price.updated",
                                                             "price.deleted",
                                                             "entitlements.active_entitlement_summary.updated",
                                                             "transfer.created",
                                                             "transfer.updated",
                                                             "transfer.reversed",
                                                             "payout.paid",
                                                             "payout.failed",
                                                             "payout.canceled",
                                                             "payout.updated",
                                                             "account.updated",
                                                             "payment_method.attached",
                                                             "payment_method.detached",
                                                             "payment_method.automatically_updated",
                                                             "transfer.paid"};

}  // namespace

TEST_CASE("every event type of a complete endpoint is expected to fold, or to be recorded") {
  std::set<std::string_view> expected;
  for (const EventType &type : event_types) expected.insert(type.type);
  CHECK(expected.size() == event_types.size());
  for (const std::string_view type : complete_endpoint) {
    INFO(type);
    CHECK(expected.contains(type));
  }
}

TEST_CASE("each event type folds as its noun, with its status and its references, in both versions alike") {
  for (const EventType &type : event_types) {
    INFO(type.type);
    const auto old_one = observed(type, false), new_one = observed(type, true);
    REQUIRE(old_one.has_value() == !type.folds.empty());
    REQUIRE(new_one.has_value() == !type.folds.empty());
    if (type.folds.empty()) continue;
    for (const auto &o : {*old_one, *new_one}) {
      CHECK(o.key.type == type.folds);
      CHECK_FALSE(o.key.id.empty());
      CHECK(o.event.id == "evt_1");
      CHECK(o.event.created_s == 77);
      CHECK(said_of(o).status == type.status);
      CHECK(o.customer == (said_of(o).customer.empty() && o.key.type != "customer" ? "" : "cus_1"));
    }
    CHECK(old_one->key == new_one->key);
    CHECK(old_one->event.post == new_one->event.post);
    CHECK(old_one->event.terminal == new_one->event.terminal);
    CHECK(names(*new_one) == type.names);
    // An old charge names its invoice.
    CHECK(names(*old_one) == (type.noun == "charge" ? "invoice in_1" : type.names));
    for (const auto &[reference, id] : new_one->references) CHECK(stripe::object_request(reference, id));
  }
}

TEST_CASE("the type decides what its object does not say") {
  const auto failed = observed({"checkout.session.async_payment_failed", "checkout.session", "{}", "", ""}, false);
  CHECK(stripe::session_of(failed->post_record).async_failed);
  CHECK(stripe::session_of(failed->post_record).status == "complete");
  const auto gone = observed({"invoice.deleted", "invoice", R"({"status":"draft"})", "", ""}, true);
  CHECK(stripe::invoice_of(gone->post_record).status == "deleted");
  for (const char *type : {"customer.deleted", "product.deleted", "price.deleted"}) {
    const std::string noun(std::string_view(type).substr(0, std::string_view(type).find('.')));
    const auto event = observed({type, noun, "{}", "", ""}, true);
    const auto stub = stripe::observe_object({{"id", event->key.id}, {"object", noun}, {"deleted", true}}, false, "");
    CHECK(event->event.terminal);
    CHECK(event->event.source);
    CHECK(event->event.post == stub->event.post);
    CHECK(stub->event.terminal);
  }
}

TEST_CASE("account links: only where a holder of the API key alone can write") {
  for (const EventType &type : event_types) {
    if (type.folds.empty()) continue;
    INFO(type.type);
    EventType linked = type;
    linked.changes = R"({"metadata":{"purser_account":"acct_42"}})";
    const auto o = observed(linked, true);
    REQUIRE(o);
    const bool links = o->key.type == "customer" || o->key.type == "subscription" || o->key.type == "checkout.session";
    CHECK(o->purser_account == (links ? "acct_42" : ""));
    CHECK(o->purser_metadata == links);
  }
}

TEST_CASE("transfers of old senders: to a bank a payout, to an account a transfer") {
  const auto at = [](std::string_view type, std::string_view changes) {
    const auto o = observed({type, "transfer", changes, "", ""}, false);
    REQUIRE(o);
    return o->key.type + " " + said_of(*o).status;
  };
  CHECK(at("transfer.paid", R"({"destination":null,"type":"bank_account","status":"paid"})") == "payout paid");
  CHECK(at("transfer.failed", R"({"destination":null,"type":"bank_account","status":"failed"})") == "payout failed");
  CHECK(at("transfer.paid", R"({"destination":"ba_1","type":"bank_account","status":null})") == "payout paid");
  CHECK(at("transfer.failed", R"({"destination":"card_1","type":"card","status":null})") == "payout failed");
  CHECK(at("transfer.created", R"({"destination":{"id":"ba_1","object":"bank_account"},"type":"","status":"pending"})") ==
        "payout pending");
  CHECK(at("transfer.paid", R"({"destination":null,"type":"","status":null,"bank_account":{"id":"ba_1"}})") == "payout paid");
  CHECK(at("transfer.paid", R"({"status":"paid"})") == "transfer ");  // a connected account's
  CHECK(at("transfer.failed", R"({"destination":null,"type":"","status":null})") == "transfer ");
  // Its later state is another status of the same object.
  EventType type{"transfer.failed", "transfer", R"({"destination":"ba_1","type":"bank_account","status":"failed"})", "", ""};
  json::object e = event("evt_2", "transfer.failed", 78, "2016-07-06", payload(type, false), json::object{{"status", "paid"}});
  const auto failed = stripe::observe_event(e);
  REQUIRE(failed);
  CHECK(failed->event.has_pre);
  CHECK(failed->event.pre ==
        observed({"transfer.paid", "transfer", R"({"destination":"ba_1","type":"bank_account","status":"paid"})", "", ""}, false)
            ->event.post);
  CHECK_FALSE(failed->event.terminal);  // paid, then failed: no status of a payout is final
}
