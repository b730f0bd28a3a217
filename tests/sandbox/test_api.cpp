// The API's manners: keys, errors, lists, expansion, metadata.
#include <set>

#include "catch.hpp"
#include "sandbox/box.hpp"

namespace json = purser::json;
using purser::test::Box;
using purser::test::error;
using purser::test::id;
using purser::test::text;

namespace {

std::string header(const purser::sandbox::Response &response, std::string_view name) {
  for (const auto &[key, value] : response.headers)
    if (key == name) return value;
  return {};
}

}  // namespace

TEST_CASE("only its own key opens it, as Bearer or Basic") {
  Box box;
  purser::sandbox::Request request{"GET", "/v1/customers", "", {}, ""};
  CHECK(box.api(request).status == 401);
  request.headers = {{"authorization", "Bearer sk_live_somebody"}};
  const auto live = box.api(request);
  CHECK(live.status == 401);
  CHECK(text(error(Box::parsed(live)), "type") == "invalid_request_error");
  CHECK(text(error(Box::parsed(live)), "message").starts_with("Invalid API Key provided: sk_live_"));
  request.headers = {{"Authorization", "Bearer " + box.secret_key()}};
  CHECK(box.api(request).status == 200);
  // echo -n sk_test_x: | base64, for a key that is not this sandbox's
  request.headers = {{"Authorization", "Basic c2tfdGVzdF94Og=="}};
  CHECK(box.api(request).status == 401);
}

TEST_CASE("what Stripe refuses is refused here: intervals of no or too many units, two pages at once, two ends at once") {
  Box box;
  const std::string price = "currency=usd&unit_amount=100&product_data[name]=x&recurring[interval]=year&recurring[interval_count]=";
  CHECK(box.send("POST", "/v1/prices", price + "3").status == 200);
  for (const char *count : {"0", "-1", "4", "9223372036854775807"}) {
    CAPTURE(count);
    CHECK(box.send("POST", "/v1/prices", price + count).status == 400);
  }
  const std::string customer = id(Box::parsed(box.send("POST", "/v1/customers", "")));
  CHECK(box.send("GET", "/v1/customers?starting_after=" + customer + "&ending_before=" + customer, "").status == 400);
  const std::string events = id(Box::parsed(box.send("GET", "/v1/events", "")).at("data").as_array()[0].as_object());
  CHECK(box.send("GET", "/v1/events?starting_after=" + events + "&ending_before=" + events, "").status == 400);
  box.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + customer);
  const json::object bought =
      box.post("/v1/subscriptions", "customer=" + customer + "&items[0][price]=price_pro_month&payment_behavior=default_incomplete");
  CHECK(box.send("POST", "/v1/subscriptions/" + id(bought), "cancel_at_period_end=true&cancel_at=1900000000").status == 400);
  const std::string wanted = "payment_behavior=default_incomplete&customer=" + customer + "&items[0][price]=price_pro_month&";
  for (const char *wild : {"items[0][quantity]=9223372036854775807", "items[0][quantity]=1000001", "trial_period_days=-5"}) {
    CAPTURE(wild);
    CHECK(box.send("POST", "/v1/subscriptions", wanted + wild).status == 400);
  }
  // A preview of a change is not there: refused, not answered as if nothing were to change.
  CHECK(box.send("POST", "/v1/invoices/create_preview", "subscription=" + id(bought)).status == 200);
  CHECK(box.send("POST", "/v1/invoices/create_preview", "subscription=" + id(bought) + "&subscription_details[items][0][price]=max_month")
            .status == 400);
}

TEST_CASE("headers are Stripe's") {
  Box box;
  const auto answer = box.send("POST", "/v1/customers", "email=ann@example.com", "key-1");
  CHECK(header(answer, "Request-Id").starts_with("req_"));
  CHECK(header(answer, "Idempotency-Key") == "key-1");
  CHECK(header(answer, "Original-Request") == header(answer, "Request-Id"));
  CHECK(header(answer, "Stripe-Version") == "2026-06-24.dahlia");
  CHECK(header(answer, "Date") == "Thu, 01 Jan 2026 00:00:00 GMT");
}

TEST_CASE("errors have type, code, parameter and page") {
  Box box;
  struct Case {
    std::string method, target, body;
    int status;
    std::string code, param, message;
  };
  const Case cases[] = {
      {"GET", "/v1/customers/cus_none", "", 404, "resource_missing", "id", "No such customer: 'cus_none'"},
      {"POST", "/v1/customers", "nonsense=1", 400, "parameter_unknown", "nonsense", "Received unknown parameter: nonsense"},
      {"POST", "/v1/customers", "email=nobody", 400, "email_invalid", "email", "Invalid email address: nobody"},
      {"POST", "/v1/prices", "currency=usd&unit_amount=x&product=p", 400, "parameter_invalid_integer", "unit_amount", "Invalid integer: x"},
      {"POST", "/v1/products", "name=", 400, "parameter_invalid_empty", "name", ""},
      {"POST", "/v1/products", "", 400, "parameter_missing", "name", "Missing required param: name."},
      {"POST", "/v1/payment_methods/abcd/attach", "customer=cus_none", 400, "resource_missing", "customer", ""},
      {"GET", "/v1/customers?limit=0", "", 400, "parameter_invalid_integer", "limit", ""},
      {"GET", "/v1/customers?limit=101", "", 400, "parameter_invalid_integer", "limit", ""},
      {"GET", "/v1/customers?starting_after=cus_none", "", 400, "resource_missing", "starting_after", "No such customer: 'cus_none'"},
      {"GET", "/v1/nothing", "", 404, "", "", ""},
      {"PUT", "/v1/customers", "", 404, "", "", ""},
  };
  for (const Case &each : cases) {
    INFO(each.method << " " << each.target << " " << each.body);
    const auto answer = box.send(each.method, each.target, each.body);
    CHECK(answer.status == each.status);
    const json::object told = error(Box::parsed(answer));
    CHECK(text(told, "type") == "invalid_request_error");
    CHECK(text(told, "code") == each.code);
    CHECK(text(told, "param") == each.param);
    if (!each.message.empty()) CHECK(text(told, "message") == each.message);
    CHECK(told.contains("doc_url") == !each.code.empty());
  }
  CHECK(text(error(box.get("/v1/nothing")), "message").starts_with("Unrecognized request URL (GET: /v1/nothing)."));
  const std::string ann = id(box.post("/v1/customers"));
  const auto declined = box.send("POST", "/v1/payment_methods/pm_card_chargeDeclined/attach", "customer=" + ann);
  CHECK(declined.status == 402);
  CHECK(text(error(Box::parsed(declined)), "type") == "card_error");
  CHECK(text(error(Box::parsed(declined)), "decline_code") == "generic_decline");
}

TEST_CASE("what a refused request had begun is taken back") {
  Box box;
  const std::string ann = id(box.post("/v1/customers", "name=Ann"));
  const json::object before = box.get("/v1/customers/" + ann);
  CHECK(box.send("POST", "/v1/customers/" + ann, "name=Bea&metadata[a]=1&invoice_settings[default_payment_method]=pm_none").status == 400);
  CHECK(box.get("/v1/customers/" + ann) == before);
  CHECK(box.event_types() == std::vector<std::string>{"customer.created"});
}

TEST_CASE("metadata merges, an empty value removes, an empty whole removes all") {
  Box box;
  const std::string ann = id(box.post("/v1/customers", "metadata[a]=1&metadata[b]=2"));
  CHECK(box.post("/v1/customers/" + ann, "metadata[a]=&metadata[c]=3").at("metadata") == json::value(json::object{{"b", "2"}, {"c", "3"}}));
  CHECK(box.post("/v1/customers/" + ann, "metadata=").at("metadata") == json::value(json::object{}));
  CHECK(box.send("POST", "/v1/customers", "metadata[a]=" + std::string(501, 'x')).status == 400);
  CHECK(box.send("POST", "/v1/customers", "metadata[" + std::string(41, 'x') + "]=1").status == 400);
}

TEST_CASE("an empty text unsets") {
  Box box;
  const std::string ann = id(box.post("/v1/customers", "name=Ann&phone=1"));
  const json::object unset = box.post("/v1/customers/" + ann, "name=");
  CHECK(unset.at("name").is_null());
  CHECK(text(unset, "phone") == "1");
}

TEST_CASE("lists come newest first, page by page, forwards and backwards") {
  Box box;
  std::vector<std::string> made;
  for (int i = 0; i < 25; ++i)
    made.push_back(id(box.post("/v1/customers", "email=" + std::string(i % 2 ? "odd" : "even") + "@example.com")));
  std::vector<std::string> seen;
  std::string after;
  bool more = true;
  while (more) {
    const json::object page = box.get("/v1/customers?limit=10" + (after.empty() ? "" : "&starting_after=" + after));
    for (const json::value &each : page.at("data").as_array()) seen.emplace_back(each.at("id").as_string());
    more = page.at("has_more").as_bool();
    CHECK(text(page, "url") == "/v1/customers");
    after = seen.back();
  }
  CHECK(seen == std::vector<std::string>(made.rbegin(), made.rend()));
  const json::object back = box.get("/v1/customers?limit=5&ending_before=" + made[10]);
  CHECK(back.at("has_more").as_bool());
  CHECK(back.at("data").as_array().front().at("id").as_string() == made[15]);
  CHECK(back.at("data").as_array().back().at("id").as_string() == made[11]);
  CHECK(box.list("/v1/customers?limit=100&email=odd@example.com").size() == 12);
  CHECK(box.list("/v1/customers?created[gt]=1767225600").empty());
  CHECK(box.list("/v1/customers?created[gte]=1767225600&limit=3").size() == 3);
}

TEST_CASE("prices of the catalog: ids, lookup keys, retired ones inactive") {
  Box box;
  CHECK(text(box.get("/v1/prices/price_pro_month"), "lookup_key") == "pro_month");
  CHECK_FALSE(box.get("/v1/prices/old-monthly").at("active").as_bool());
  const json::array found = box.list("/v1/prices?lookup_keys[]=pro_year&lookup_keys[]=pack&active=true");
  CHECK(found.size() == 2);
  CHECK(box.list("/v1/prices?active=false").size() == 1);
  const json::object year = box.list("/v1/prices?lookup_keys[0]=pro_year").at(0).as_object();
  CHECK(year.at("unit_amount") == 49000);
  CHECK(year.at("recurring").at("interval") == "year");
  CHECK(text(box.get("/v1/products/" + text(year, "product")), "name") == "App Pro");
}

TEST_CASE("a lookup key is one price's until it is transferred") {
  Box box;
  const std::string product = text(box.get("/v1/prices/price_pro_month"), "product");
  const std::string form = "product=" + product + "&currency=usd&unit_amount=5900&recurring[interval]=month&lookup_key=pro_month";
  CHECK(box.send("POST", "/v1/prices", form).status == 400);
  const json::object next = box.post("/v1/prices", form + "&transfer_lookup_key=true");
  CHECK(text(next, "lookup_key") == "pro_month");
  CHECK(box.get("/v1/prices/price_pro_month").at("lookup_key").is_null());
  CHECK(box.list("/v1/prices?lookup_keys[]=pro_month").size() == 1);
}

TEST_CASE("expand puts objects in the place of ids") {
  Box box;
  const std::string session = id(box.post("/v1/checkout/sessions", purser::test::subscription_form));
  box.pay(session);
  const json::object got =
      box.get("/v1/checkout/sessions/" + session +
              "?expand[]=subscription.latest_invoice.payments&expand[]=line_items.data.price.product&expand[]=customer");
  CHECK(got.at("subscription").at("latest_invoice").at("payments").at("data").at(0).at("status") == "paid");
  CHECK(got.at("line_items").at("data").at(0).at("price").at("product").at("name") == "App Pro");
  CHECK(got.at("customer").at("email") == "ann@example.com");
  const json::object listed = box.get("/v1/subscriptions?expand[]=data.customer");
  CHECK(listed.at("data").at(0).at("customer").at("object") == "customer");
  CHECK(box.send("GET", "/v1/checkout/sessions/" + session + "?expand[]=nothing").status == 400);
  CHECK(box.send("GET", "/v1/checkout/sessions/" + session + "?expand[]=a.b.c.d.e").status == 400);
}

TEST_CASE("a deleted customer is a stub, and what it had ends") {
  Box box;
  const std::string session = id(box.post("/v1/checkout/sessions", purser::test::subscription_form));
  box.pay(session);
  const json::object paid = box.get("/v1/checkout/sessions/" + session);
  const std::string ann = text(paid, "customer");
  const json::object stub = box.erase("/v1/customers/" + ann);
  CHECK(stub == json::object{{"id", ann}, {"object", "customer"}, {"deleted", true}});
  CHECK(box.get("/v1/customers/" + ann) == stub);
  CHECK(box.send("POST", "/v1/customers/" + ann, "name=x").status == 404);
  CHECK(text(box.get("/v1/subscriptions/" + text(paid, "subscription")), "status") == "canceled");
  CHECK(box.list("/v1/customers").empty());
  const auto types = box.event_types();
  CHECK(types.back() == "customer.deleted");
}

TEST_CASE("events are filtered by type, wildcard and list") {
  Box box;
  const std::string session = id(box.post("/v1/checkout/sessions", purser::test::subscription_form));
  box.pay(session);
  CHECK(box.event_types("&type=customer.created").size() == 1);
  const auto invoices = box.event_types("&type=invoice.*");
  CHECK(std::set<std::string>(invoices.begin(), invoices.end()).count("invoice.paid") == 1);
  for (const std::string &type : invoices) CHECK(type.starts_with("invoice."));
  CHECK(box.event_types("&types[]=customer.created&types[]=invoice.paid").size() == 2);
  CHECK(box.event_types("&delivery_success=true").empty());
  const std::size_t all = box.event_types("&delivery_success=false").size();
  box.deliver({}, [](const purser::sandbox::Delivery &) { return 200; });
  CHECK(box.event_types("&delivery_success=true").size() == all);
  const json::object event = box.list("/v1/events?type=customer.created").at(0).as_object();
  CHECK(box.get("/v1/events/" + id(event)) == event);
  CHECK(event.at("pending_webhooks") == 0);
  CHECK_FALSE(event.at("livemode").as_bool());
}

TEST_CASE("an event names the request that caused it") {
  Box box;
  const auto answer = box.send("POST", "/v1/customers", "email=ann@example.com", "click-1");
  const json::object event = box.list("/v1/events").at(0).as_object();
  CHECK(event.at("request").at("id").as_string() == header(answer, "Request-Id"));
  CHECK(event.at("request").at("idempotency_key") == "click-1");
  CHECK(text(event, "api_version") == "2026-06-24.dahlia");
}

TEST_CASE("arrays without indices: elements follow each other by their members") {
  Box box;
  const json::object session = box.post(
      "/v1/checkout/sessions", "mode=subscription&line_items[][price]=price_pro_month&line_items[][quantity]=2&line_items[][price]=" +
                                   text(box.list("/v1/prices?lookup_keys[]=max_month").at(0).as_object(), "id") +
                                   "&line_items[][quantity]=1&success_url=https://app.example.com");
  CHECK(session.at("amount_total") == 2 * 4900 + 14900);
  CHECK(box.list("/v1/checkout/sessions/" + id(session) + "/line_items").size() == 2);
}
