// Subscription schedules: phases that the clock moves through.
#include "catch.hpp"
#include "sandbox/bought.hpp"

namespace json = purser::json;
using purser::day_ms;
using purser::test::Bought;
using purser::test::Box;
using purser::test::buy;
using purser::test::holds;
using purser::test::id;
using purser::test::newest_invoice;
using purser::test::read;
using purser::test::Since;
using purser::test::text;

namespace {

std::string price_of(const json::object &subscription) {
  return std::string(subscription.at("items").at("data").at(0).at("price").at("id").as_string());
}
std::string max_month(Box &box) { return id(box.list("/v1/prices?lookup_keys[0]=max_month").at(0).as_object()); }

/// Pro until the period's end, then max for two months.
json::object upgrade_later(Box &box, const Bought &bought, const std::string &more = {}) {
  const json::object schedule = box.post("/v1/subscription_schedules", "from_subscription=" + bought.subscription);
  const json::object phase = schedule.at("phases").at(0).as_object();
  return box.post("/v1/subscription_schedules/" + id(schedule),
                  "phases[0][items][0][price]=price_pro_month&phases[0][items][0][quantity]=1&phases[0][start_date]=" +
                      std::to_string(phase.at("start_date").as_int64()) +
                      "&phases[0][end_date]=" + std::to_string(phase.at("end_date").as_int64()) +
                      "&phases[1][items][0][price]=" + max_month(box) + "&phases[1][items][0][quantity]=2&phases[1][iterations]=2" + more);
}

}  // namespace

TEST_CASE("a change at the period's end, then the schedule lets go") {
  Box box;
  const Bought bought = buy(box);
  Since since(box);
  const json::object schedule = upgrade_later(box, bought);
  CHECK(text(schedule, "status") == "active");
  CHECK(text(read(box, bought), "schedule") == id(schedule));
  CHECK(holds(since.types(), "subscription_schedule.created"));
  CHECK(price_of(read(box, bought)) == "price_pro_month");
  box.advance(31 * day_ms);
  CHECK(price_of(read(box, bought)) == max_month(box));
  CHECK(newest_invoice(box, bought).at("amount_paid") == 2 * 14900);
  CHECK(holds(since.types(), "subscription_schedule.updated"));
  box.advance(60 * day_ms);
  CHECK(text(box.get("/v1/subscription_schedules/" + id(schedule)), "status") == "released");
  CHECK(text(read(box, bought), "status") == "active");
  CHECK(read(box, bought).at("schedule").is_null());
  const auto types = since.types();
  CHECK(holds(types, "subscription_schedule.expiring"));
  CHECK(holds(types, "subscription_schedule.released"));
}

TEST_CASE("a schedule that ends with its subscription, one that is released, one whose subscription is not paid") {
  Box box;
  const Bought ends = buy(box), released = buy(box), unpaid = buy(box), canceled = buy(box);
  upgrade_later(box, ends, "&end_behavior=cancel");
  const json::object let_go = upgrade_later(box, released);
  const json::object aborted = upgrade_later(box, unpaid);
  const json::object ended = upgrade_later(box, canceled);
  Since since(box);
  box.post("/v1/subscription_schedules/" + id(let_go) + "/release");
  CHECK(holds(since.types(), "subscription_schedule.released"));
  box.post("/v1/subscription_schedules/" + id(ended) + "/cancel");
  CHECK(text(read(box, canceled), "status") == "canceled");
  CHECK(holds(since.types(), "subscription_schedule.canceled"));
  CHECK(box.send("POST", "/v1/subscription_schedules/" + id(ended) + "/release").status == 400);
  box.card(unpaid.customer, purser::sandbox::Card::declined);
  box.advance(31 * day_ms);
  CHECK(price_of(read(box, released)) == "price_pro_month");
  box.advance(15 * day_ms);
  CHECK(text(read(box, unpaid), "status") == "canceled");
  CHECK(text(box.get("/v1/subscription_schedules/" + id(aborted)), "status") == "canceled");
  CHECK(holds(since.types(), "subscription_schedule.aborted"));
  box.advance(50 * day_ms);
  CHECK(text(read(box, ends), "status") == "canceled");
  CHECK(holds(since.types(), "subscription_schedule.completed"));
}

TEST_CASE("a schedule that begins later makes its subscription then") {
  Box box;
  const json::object customer = box.post("/v1/customers", "email=ann@example.com");
  box.card(id(customer), purser::sandbox::Card::good);
  const json::object schedule =
      box.post("/v1/subscription_schedules", "customer=" + id(customer) + "&start_date=" + std::to_string(box.now_ms() / 1000 + 86'400) +
                                                 "&phases[0][items][0][price]=price_pro_month&phases[0][iterations]=1&end_behavior=cancel");
  CHECK(text(schedule, "status") == "not_started");
  CHECK(schedule.at("subscription").is_null());
  box.advance(2 * day_ms);
  const std::string subscription = text(box.get("/v1/subscription_schedules/" + id(schedule)), "subscription");
  REQUIRE_FALSE(subscription.empty());
  CHECK(text(box.get("/v1/subscriptions/" + subscription), "status") == "active");
  CHECK(box.list("/v1/subscription_schedules?customer=" + id(customer)).size() == 1);
  box.advance(31 * day_ms);
  CHECK(text(box.get("/v1/subscriptions/" + subscription), "status") == "canceled");
}

TEST_CASE("phases that cannot be are refused when they are made, not by the clock") {
  Box box;
  const Bought bought = buy(box);
  const json::object product = box.post("/v1/products", "name=Euro");
  const std::string euro = id(box.post("/v1/prices", "product=" + id(product) + "&currency=eur&unit_amount=100&recurring[interval]=month"));
  const json::object schedule = box.post("/v1/subscription_schedules", "from_subscription=" + bought.subscription);
  const std::string path = "/v1/subscription_schedules/" + id(schedule),
                    start = std::to_string(schedule.at("phases").at(0).at("start_date").as_int64());
  const std::string first = "phases[0][items][0][price]=price_pro_month&phases[0][start_date]=" + start;
  for (const std::string &wrong :
       {first + "&phases[0][end_date]=9223372036854775807", first + "&phases[0][iterations]=0",
        first + "&phases[0][iterations]=999999999999", first + "&phases[0][items][0][quantity]=-1",
        first + "&phases[1][items][0][price]=" + euro, "phases[0][items][0][price]=" + euro + "&phases[0][start_date]=" + start,
        first + "&phases[0][end_date]=" + start}) {
    CAPTURE(wrong);
    CHECK(box.send("POST", path, wrong).status == 400);
  }
  CHECK(box.send("POST", "/v1/subscription_schedules", "from_subscription=" + bought.subscription).status == 400);
}
