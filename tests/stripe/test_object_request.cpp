// The GET for each object, and what a thin event asks for.
#include "catch.hpp"
#include "stripe/envelope.hpp"
#include "stripe/reader.hpp"
#include "stripe/request.hpp"

using namespace purser;
using namespace purser::stripe;

namespace {

std::string path(std::string_view type, std::string_view id) {
  const auto request = object_request(type, id);
  if (!request) return "none";
  CHECK(request->method == "GET");
  CHECK(request->body.empty());
  return request->path;
}

std::string asked(std::string_view related, std::string_view object = "v2.core.event") {
  const std::string body = R"({"id":"evt_1","object":")" + std::string(object) +
                           R"(","type":"v1.customer.created","created":"2026-09-30T10:00:00.000Z","livemode":false,)" +
                           std::string(related) + "}";
  Envelope envelope;
  REQUIRE(read_envelope(body, envelope) == Verdict::accepted);
  const auto found = fetchable(envelope);
  return found ? found->first + " " + found->second : "none";
}

}  // namespace

TEST_CASE("every type that folds can be fetched") {
  CHECK(path("subscription", "sub_1") == "/v1/subscriptions/sub_1");
  CHECK(path("customer", "cus_1") == "/v1/customers/cus_1");
  CHECK(path("invoice", "in_1") == "/v1/invoices/in_1");
  CHECK(path("checkout.session", "cs_test_1") == "/v1/checkout/sessions/cs_test_1");
  CHECK(path("charge", "ch_1") == "/v1/charges/ch_1");
  CHECK(path("refund", "re_1") == "/v1/refunds/re_1");
  CHECK(path("dispute", "dp_1") == "/v1/disputes/dp_1");
  CHECK(path("product", "prod_1") == "/v1/products/prod_1");
  CHECK(path("price", "price_1") == "/v1/prices/price_1");
  CHECK(path("subscription_schedule", "sub_sched_1") == "/v1/subscription_schedules/sub_sched_1");
  CHECK(path("transfer", "tr_1") == "/v1/transfers/tr_1");
  CHECK(path("payout", "po_1") == "/v1/payouts/po_1");
  CHECK(path("account", "acct_1") == "/v1/accounts/acct_1");
  CHECK(path("invoice_payment", "inpay_1") == "/v1/invoice_payments/inpay_1");
  CHECK(path("entitlements.active_entitlement_summary", "cus_1") == "/v1/entitlements/active_entitlements?customer=cus_1&limit=100");
}

TEST_CASE("ids are somebody else's text: nothing in them leads elsewhere") {
  CHECK(path("price", "small monthly/../x?y=1#z") == "/v1/prices/small%20monthly%2F..%2Fx%3Fy%3D1%23z");
  CHECK(path("customer", "cus_1&x=ü") == "/v1/customers/cus_1%26x%3D%C3%BC");
  CHECK(path("entitlements.active_entitlement_summary", "cus&a") == "/v1/entitlements/active_entitlements?customer=cus%26a&limit=100");
  CHECK(path("customer", "..") == "none");
  CHECK(path("customer", ".") == "none");
  CHECK(path("customer", "") == "none");
  CHECK(path("customer", std::string(256, 'a')) == "none");
}

TEST_CASE("what is not fetched") {
  CHECK(path("payment_method", "pm_1") == "none");
  CHECK(path("", "x") == "none");
  CHECK(path("payout", "tr_1") == "none");  // a transfer to a bank, before payouts were split off
}

TEST_CASE("lists: events, entitlements, the invoices of a payment") {
  CHECK(events_request(1700000000, "").path == "/v1/events?created[gte]=1700000000&limit=100");
  CHECK(events_request(0, "evt_1").path == "/v1/events?created[gte]=0&limit=100&starting_after=evt_1");
  CHECK(entitlements_of("cus_1", "ent_1").path == "/v1/entitlements/active_entitlements?customer=cus_1&limit=100&starting_after=ent_1");
  CHECK(invoice_payments_of("pi_1").path == "/v1/invoice_payments?payment[type]=payment_intent&payment[payment_intent]=pi_1&limit=100");
}

TEST_CASE("a thin event names what is to be fetched, by type or by url") {
  CHECK(asked(R"("related_object":{"id":"cus_1","type":"customer","url":"/v1/customers/cus_1"})") == "customer cus_1");
  CHECK(asked(R"("related_object":{"id":"cus_1","type":"v1.customer","url":"/v1/customers/cus_1"})") == "customer cus_1");
  CHECK(asked(R"("related_object":{"id":"cs_1","type":"v1.checkout.session"})") == "checkout.session cs_1");
  CHECK(asked(R"("related_object":{"url":"/v1/subscriptions/sub_1"})") == "subscription sub_1");
  CHECK(asked(R"("related_object":{"id":"x","type":"unheard.of","url":"/v1/invoices/in_1"})") == "invoice in_1");
  CHECK(asked(R"("related_object":{"id":"mtr_1","type":"billing.meter","url":"/v1/billing/meters/mtr_1"})") == "none");
  CHECK(asked(R"("related_object":{"url":"/v1/customers/cus_1/sources/card_1"})") == "none");
  CHECK(asked(R"("related_object":{"url":"/v1/customers/.."})") == "none");
  CHECK(asked(R"("related_object":{"url":"https://elsewhere.example/v1/customers/cus_1"})") == "none");
  CHECK(asked(R"("related_object":null)") == "none");
  CHECK(asked(R"("data":{"object":{"id":"cus_1","object":"customer"}})", "event") == "none");
}

TEST_CASE("a thin event says where to ask, and which event carries the snapshot") {
  Envelope e;
  REQUIRE(read_envelope(R"({"id":"evt_1","object":"v2.core.event","type":"v1.invoice.paid","created":"2026-09-30T10:00:00Z","livemode":true,
    "context":"acct_9","snapshot_event":"evt_2","related_object":{"id":"in_1","type":"invoice","url":"/v1/invoices/in_1"}})",
                        e) == Verdict::accepted);
  CHECK(e.context == "acct_9");
  CHECK(e.snapshot_event == "evt_2");
  CHECK(e.object_url == "/v1/invoices/in_1");
  REQUIRE(read_envelope(R"({"id":"evt_1","object":"v2.core.event","snapshot_event":{"id":"evt_2","object":"event"}})", e) ==
          Verdict::accepted);
  CHECK(e.snapshot_event == "evt_2");
  REQUIRE(read_envelope(R"({"id":"evt_1","object":"event","context":"acct_9","snapshot_event":"evt_2"})", e) == Verdict::accepted);
  CHECK(e.context.empty());
  CHECK(e.snapshot_event.empty());
}

TEST_CASE("the list of a customer's entitlements is an observation of the summary") {
  const json::Parsed parsed =
      json::parse(R"([{"id":"ent_2","feature":"feat_2","lookup_key":"crm"},{"id":"ent_1","feature":{"id":"feat_1"},"lookup_key":"api"}])");
  std::vector<const json::object *> elements;
  for (const json::value &element : parsed.root.as_array()) elements.push_back(&element.as_object());
  const Observation o = observe_entitlement_list("cus_1", elements, false, false, "acct_9");
  CHECK(o.key == domain::ObjectKey{false, "acct_9", "entitlements.active_entitlement_summary", "cus_1"});
  CHECK(o.customer == "cus_1");
  const auto summary = entitlement_summary_of(o.post_record);
  CHECK(summary.customer == "cus_1");
  CHECK(summary.entitlements == std::vector<domain::StripeEntitlement>{{"feat_1", "api"}, {"feat_2", "crm"}});
  const json::Parsed event = json::parse(R"({"object":"entitlements.active_entitlement_summary","customer":"cus_1","entitlements":{"data":[
    {"id":"ent_1","feature":"feat_1","lookup_key":"api"},{"id":"ent_2","feature":"feat_2","lookup_key":"crm"}],"has_more":false}})");
  CHECK(observe_object(event.root.as_object(), false, "acct_9")->event.post == o.event.post);
  CHECK(entitlement_summary_of(observe_entitlement_list("cus_1", elements, true, false, "").post_record).has_more);
}
