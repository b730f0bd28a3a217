// Periods, trials, dunning, changes, cancellations: what time and customers do to a subscription.
#include "base/error.hpp"
#include "catch.hpp"
#include "sandbox/box.hpp"
#include "sandbox/calendar.hpp"

namespace json = purser::json;
using purser::day_ms;
using purser::hour_ms;
using purser::sandbox::Card;
using purser::sandbox::DunningEnd;
using purser::sandbox::Options;
using purser::test::Box;
using purser::test::id;
using purser::test::text;

namespace {

struct Bought {
  std::string subscription, customer;
};

Bought buy(Box &box, const std::string &more = {}, const std::string &price = "price_pro_month") {
  const json::object session = box.post(
      "/v1/checkout/sessions", "mode=subscription&line_items[0][price]=" + price +
                                   "&line_items[0][quantity]=1&success_url=https://app.example.com&customer_email=ann@example.com" + more);
  box.pay(id(session));
  const json::object paid = box.get("/v1/checkout/sessions/" + id(session));
  return {text(paid, "subscription"), text(paid, "customer")};
}

json::object read(Box &box, const Bought &bought) { return box.get("/v1/subscriptions/" + bought.subscription); }
std::string status(Box &box, const Bought &bought) { return text(read(box, bought), "status"); }
std::int64_t ends(Box &box, const Bought &bought) {
  return read(box, bought).at("items").at("data").at(0).at("current_period_end").as_int64();
}
json::object newest_invoice(Box &box, const Bought &bought) {
  return box.list("/v1/invoices?limit=1&subscription=" + bought.subscription).at(0).as_object();
}
std::int64_t at_s(const char *date) {
  int year = 0, month = 0, day = 0;
  std::sscanf(date, "%d-%d-%d", &year, &month, &day);
  const std::chrono::year_month_day ymd{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                        std::chrono::day(static_cast<unsigned>(day))};
  return std::chrono::sys_days(ymd).time_since_epoch().count() * 86'400;
}
Options starting(const char *date) {
  Options options;
  options.start_ms = at_s(date) * 1000;
  return options;
}

}  // namespace

TEST_CASE("months end where they end, and the day comes back") {
  using purser::sandbox::add_interval;
  CHECK(add_interval(at_s("2026-01-31"), "month", 1) == at_s("2026-02-28"));
  CHECK(add_interval(at_s("2026-01-31"), "month", 2) == at_s("2026-03-31"));
  CHECK(add_interval(at_s("2028-01-31"), "month", 1) == at_s("2028-02-29"));
  CHECK(add_interval(at_s("2028-02-29"), "year", 1) == at_s("2029-02-28"));
  CHECK(add_interval(at_s("2028-02-29"), "year", 4) == at_s("2032-02-29"));
  CHECK(add_interval(at_s("2026-03-31"), "month", -1) == at_s("2026-02-28"));
  CHECK(add_interval(at_s("2026-01-31") + 3661, "month", 1) == at_s("2026-02-28") + 3661);
  CHECK(add_interval(at_s("2026-12-31"), "week", 1) == at_s("2027-01-07"));
}

TEST_CASE("a subscription of the 31st renews on the last days, from its anchor") {
  Box box(starting("2026-01-31"));
  const Bought bought = buy(box);
  for (const char *date : {"2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"}) {
    CHECK(ends(box, bought) == at_s(date));
    box.advance(ends(box, bought) * 1000 - box.now_ms());
  }
  CHECK(box.list("/v1/invoices?subscription=" + bought.subscription).size() == 5);
  CHECK(status(box, bought) == "active");
}

TEST_CASE("a renewal is paid when its period begins; with draft_minutes it is a draft so long") {
  for (const int minutes : {0, 60}) {
    Options options;
    options.draft_minutes = minutes;
    Box box(options);
    const Bought bought = buy(box);
    const std::int64_t end = ends(box, bought);
    box.advance(end * 1000 - box.now_ms());
    CHECK(ends(box, bought) > end);
    CHECK(text(newest_invoice(box, bought), "status") == (minutes > 0 ? "draft" : "paid"));
    CHECK(text(newest_invoice(box, bought), "billing_reason") == "subscription_cycle");
    box.advance(minutes * 60'000);
    CHECK(text(newest_invoice(box, bought), "status") == "paid");
    const json::object paid = box.list("/v1/events?type=invoice.paid&limit=1").at(0).as_object();
    CHECK(paid.at("created").as_int64() == end + minutes * 60);
  }
}

TEST_CASE("advancing far is advancing step by step: each at its own moment") {
  Box far, near;
  buy(far);
  buy(near);
  far.advance(200 * day_ms);
  for (int i = 0; i < 200; ++i) near.advance(day_ms);
  CHECK(far.list("/v1/events?limit=100") == near.list("/v1/events?limit=100"));
}

TEST_CASE("the timetable of dunning: past_due, four retries in fourteen days, then canceled") {
  Box box;
  const Bought bought = buy(box);
  const std::int64_t end = ends(box, bought);
  box.card(bought.customer, Card::declined);
  box.advance(end * 1000 - box.now_ms());
  CHECK(status(box, bought) == "past_due");
  for (const std::int64_t days : {3, 6, 10, 14}) {
    const json::object invoice = newest_invoice(box, bought);
    CHECK(invoice.at("next_payment_attempt").as_int64() == end + days * 86'400);
    CHECK(text(invoice, "status") == "open");
    box.advance((end + days * 86'400) * 1000 - box.now_ms() - 1000);
    CHECK(status(box, bought) == "past_due");
    box.advance(1000);
  }
  const json::object over = read(box, bought);
  CHECK(text(over, "status") == "canceled");
  CHECK(over.at("ended_at").as_int64() == end + 14 * 86'400);
  CHECK(over.at("cancellation_details").at("reason") == "payment_failed");
  CHECK(newest_invoice(box, bought).at("attempt_count") == 5);
  CHECK(newest_invoice(box, bought).at("next_payment_attempt").is_null());
  CHECK(box.event_types("&type=invoice.payment_failed").size() == 5);
  CHECK(box.event_types("&type=customer.subscription.deleted").size() == 1);
  CHECK(box.get("/v1/customers/" + bought.customer).at("delinquent").as_bool());
}

TEST_CASE("dunning can end unpaid or past_due") {
  for (const auto &[end, expected] : {std::pair(DunningEnd::unpaid, "unpaid"), std::pair(DunningEnd::past_due, "past_due")}) {
    Options options;
    options.dunning_days = 7;
    options.dunning_end = end;
    Box box(options);
    const Bought bought = buy(box);
    box.card(bought.customer, Card::declined);
    box.advance(ends(box, bought) * 1000 - box.now_ms() + 8 * day_ms);
    CHECK(status(box, bought) == expected);
    box.card(bought.customer, Card::good);
    CHECK(status(box, bought) == "active");
  }
}

TEST_CASE("a good card pays at once what is due, and the subscription recovers") {
  Box box;
  const Bought bought = buy(box);
  box.card(bought.customer, Card::declined);
  box.advance(ends(box, bought) * 1000 - box.now_ms() + 4 * day_ms);
  CHECK(status(box, bought) == "past_due");
  box.card(bought.customer, Card::good);
  CHECK(status(box, bought) == "active");
  CHECK(text(newest_invoice(box, bought), "status") == "paid");
  CHECK_FALSE(box.get("/v1/customers/" + bought.customer).at("delinquent").as_bool());
  box.advance(40 * day_ms);
  CHECK(status(box, bought) == "active");
}

TEST_CASE("without a payment method a renewal fails too") {
  Box box;
  const Bought bought = buy(box);
  box.card(bought.customer, Card::none);
  CHECK(box.list("/v1/customers/" + bought.customer + "/payment_methods").empty());
  box.advance(ends(box, bought) * 1000 - box.now_ms());
  CHECK(status(box, bought) == "past_due");
}

TEST_CASE("a trial's end without a payment method: cancel, pause, create_invoice") {
  for (const auto &[behavior, expected] :
       {std::pair("cancel", "canceled"), std::pair("pause", "paused"), std::pair("create_invoice", "past_due")}) {
    Box box;
    const Bought bought = buy(box, std::string("&payment_method_collection=if_required&subscription_data[trial_period_days]=7"
                                               "&subscription_data[trial_settings][end_behavior][missing_payment_method]=") +
                                       behavior);
    CHECK(box.list("/v1/customers/" + bought.customer + "/payment_methods").empty());
    box.advance(7 * day_ms);
    CHECK(status(box, bought) == expected);
    if (std::string(behavior) != "pause") continue;
    CHECK(box.event_types("&type=customer.subscription.paused").size() == 1);
    box.card(bought.customer, Card::good);
    CHECK(text(box.post("/v1/subscriptions/" + bought.subscription + "/resume"), "status") == "active");
    CHECK(box.event_types("&type=customer.subscription.resumed").size() == 1);
  }
}

TEST_CASE("cancellation at the period's end: flexible billing by portal sets cancel_at alone") {
  Box box;
  const Bought flexible = buy(box), classic = buy(box, "&subscription_data[billing_mode][type]=classic");
  box.cancel(flexible.subscription, true);
  box.cancel(classic.subscription, true);
  CHECK(read(box, flexible).at("cancel_at") == ends(box, flexible));
  CHECK_FALSE(read(box, flexible).at("cancel_at_period_end").as_bool());
  CHECK(read(box, classic).at("cancel_at_period_end").as_bool());
  const json::object by_api = box.post("/v1/subscriptions/" + flexible.subscription, "cancel_at_period_end=true");
  CHECK(by_api.at("cancel_at_period_end").as_bool());
  CHECK(by_api.at("cancel_at") == ends(box, flexible));
  CHECK(by_api.at("cancellation_details").at("reason") == "cancellation_requested");
  box.resume(flexible.subscription);
  CHECK(read(box, flexible).at("cancel_at").is_null());
  CHECK(read(box, flexible).at("canceled_at").is_null());
  CHECK_THROWS_AS(box.resume(flexible.subscription), purser::Failure);

  const std::int64_t end = ends(box, classic);
  box.advance(end * 1000 - box.now_ms() - 1000);
  CHECK(status(box, classic) == "active");
  box.advance(1000);
  CHECK(status(box, classic) == "canceled");
  CHECK(read(box, classic).at("ended_at") == end);
  CHECK(status(box, flexible) == "active");
  CHECK(box.list("/v1/invoices?subscription=" + classic.subscription).size() == 1);
  CHECK_THROWS_AS(box.cancel(classic.subscription, false), purser::Failure);
}

TEST_CASE("cancellation now ends it now, by portal and API") {
  Box box;
  const Bought one = buy(box), two = buy(box);
  box.cancel(one.subscription, false);
  CHECK(status(box, one) == "canceled");
  const json::object answer = box.erase("/v1/subscriptions/" + two.subscription + "?cancellation_details[comment]=bye");
  CHECK(text(answer, "status") == "canceled");
  CHECK(answer.at("cancellation_details").at("comment") == "bye");
  CHECK(box.send("DELETE", "/v1/subscriptions/" + two.subscription).status == 404);
  const auto deleted = box.list("/v1/events?type=customer.subscription.deleted");
  CHECK(deleted.size() == 2);
  CHECK(deleted.at(0).at("data").at("object") == json::value(answer));
  box.advance(40 * day_ms);
  CHECK(box.list("/v1/invoices").size() == 2);
}

TEST_CASE("cancel_at in the midst of a period and beyond it") {
  Box box;
  const Bought bought = buy(box);
  const std::int64_t at = purser::test::start_ms / 1000 + 45 * 86'400;
  box.post("/v1/subscriptions/" + bought.subscription, "cancel_at=" + std::to_string(at));
  box.advance(44 * day_ms);
  CHECK(status(box, bought) == "active");
  box.advance(day_ms);
  CHECK(status(box, bought) == "canceled");
  CHECK(read(box, bought).at("ended_at") == at);
}

TEST_CASE("a swap gives back what was not used and charges what remains, with the next invoice") {
  Box box;
  const Bought bought = buy(box);
  const std::int64_t end = ends(box, bought);
  box.advance((end - purser::test::start_ms / 1000) * 1000 / 2);
  box.swap(bought.subscription, "max_month", 0);
  const json::object swapped = read(box, bought);
  CHECK(swapped.at("items").at("data").at(0).at("price").at("lookup_key") == "max_month");
  CHECK(ends(box, bought) == end);
  const json::array pending = box.list("/v1/invoiceitems?customer=" + bought.customer);
  REQUIRE(pending.size() == 2);
  CHECK(pending.at(1).at("amount") == -2450);
  CHECK(pending.at(0).at("amount") == 7450);
  box.advance(end * 1000 - box.now_ms());
  CHECK(newest_invoice(box, bought).at("total") == 14900 + 7450 - 2450);
  CHECK(newest_invoice(box, bought).at("lines").at("data").as_array().size() == 3);
  box.advance(31 * day_ms);
  CHECK(newest_invoice(box, bought).at("total") == 14900);
}

TEST_CASE("a quantity of the API: always_invoice bills at once, none does not, and what is too much given back becomes balance") {
  Box box;
  const Bought bought = buy(box);
  const std::string item(read(box, bought).at("items").at("data").at(0).at("id").as_string());
  box.post("/v1/subscriptions/" + bought.subscription, "items[0][id]=" + item + "&items[0][quantity]=3&proration_behavior=always_invoice");
  CHECK(newest_invoice(box, bought).at("total") == 2 * 4900);
  CHECK(text(newest_invoice(box, bought), "status") == "paid");
  box.post("/v1/subscription_items/" + item, "quantity=2&proration_behavior=none");
  CHECK(box.list("/v1/invoices?subscription=" + bought.subscription).size() == 2);
  box.post("/v1/subscriptions/" + bought.subscription, "items[0][id]=" + item + "&items[0][quantity]=1&proration_behavior=always_invoice");
  CHECK(newest_invoice(box, bought).at("total") == -4900);
  CHECK(newest_invoice(box, bought).at("amount_due") == 0);
  CHECK(box.get("/v1/customers/" + bought.customer).at("balance") == -4900);
  box.advance(ends(box, bought) * 1000 - box.now_ms());
  CHECK(newest_invoice(box, bought).at("amount_due") == 0);
  CHECK(box.get("/v1/customers/" + bought.customer).at("balance") == 0);
}

TEST_CASE("another rhythm: flexible keeps the anchor, classic starts anew; both bill at once") {
  Box box;
  const Bought flexible = buy(box), classic = buy(box, "&subscription_data[billing_mode][type]=classic");
  box.advance(10 * day_ms);
  for (const Bought &bought : {flexible, classic}) {
    box.swap(bought.subscription, "pro_year", 0);
    CHECK(text(newest_invoice(box, bought), "billing_reason") == "subscription_update");
    CHECK(text(newest_invoice(box, bought), "status") == "paid");
  }
  CHECK(ends(box, flexible) == at_s("2027-01-01"));
  CHECK(ends(box, classic) == at_s("2027-01-11") + 1);  // the swap let a second pass
}

TEST_CASE("pause_collection voids, keeps drafts or marks uncollectible, and resumes at its time") {
  for (const auto &[behavior, expected] :
       {std::pair("void", "void"), std::pair("keep_as_draft", "draft"), std::pair("mark_uncollectible", "uncollectible")}) {
    Box box;
    const Bought bought = buy(box);
    const std::int64_t resumes = ends(box, bought) + 86'400;
    box.post("/v1/subscriptions/" + bought.subscription,
             std::string("pause_collection[behavior]=") + behavior + "&pause_collection[resumes_at]=" + std::to_string(resumes));
    CHECK(status(box, bought) == "active");
    box.advance(ends(box, bought) * 1000 - box.now_ms());
    CHECK(text(newest_invoice(box, bought), "status") == expected);
    box.advance(day_ms);
    CHECK(read(box, bought).at("pause_collection").is_null());
  }
}

TEST_CASE("the API makes subscriptions: active, incomplete and expired, refused") {
  Box box;
  const std::string ann = id(box.post("/v1/customers", "email=ann@example.com"));
  const std::string form = "customer=" + ann + "&items[0][price]=price_pro_month";
  const auto without = box.send("POST", "/v1/subscriptions", form);
  CHECK(without.status == 400);
  CHECK(text(purser::test::error(Box::parsed(without)), "code") == "resource_missing");
  const std::string bad = id(box.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", "customer=" + ann));
  const json::object incomplete = box.post("/v1/subscriptions", form + "&default_payment_method=" + bad);
  CHECK(text(incomplete, "status") == "incomplete");
  CHECK(box.send("POST", "/v1/subscriptions", form + "&payment_behavior=error_if_incomplete&default_payment_method=" + bad).status == 402);
  CHECK(box.list("/v1/subscriptions?status=all").size() == 1);
  const std::string good = id(box.post("/v1/payment_methods/pm_card_visa/attach", "customer=" + ann));
  CHECK(text(box.post("/v1/subscriptions", form + "&default_payment_method=" + good), "status") == "active");
  box.advance(23 * hour_ms);
  CHECK(text(box.get("/v1/subscriptions/" + id(incomplete)), "status") == "incomplete_expired");
  CHECK(text(box.get("/v1/invoices/" + text(incomplete, "latest_invoice")), "status") == "void");
}

TEST_CASE("trial_end=now begins a paid period now") {
  Box box;
  const Bought bought = buy(box, "&subscription_data[trial_period_days]=14");
  box.advance(3 * day_ms);
  const json::object active = box.post("/v1/subscriptions/" + bought.subscription, "trial_end=now");
  CHECK(text(active, "status") == "active");
  CHECK(ends(box, bought) == at_s("2026-02-04"));
  CHECK(newest_invoice(box, bought).at("amount_paid") == 4900);
}
