// What the events leave open, and how it is closed: by a later event, by one request, or not at all.
#include <catch2/catch.hpp>

#include "support/engine_fixture.hpp"
#include "support/fake_stripe.hpp"

using namespace purser;
using namespace purser::test;
using domain::Outcome;

namespace {

const std::string linked = R"({"purser_account":"acct_42"})";
const std::string quantity_2 =
    R"({"items":{"data":[{"id":"si_1","quantity":2,"current_period_start":1700000000,"current_period_end":1702592000,"price":{"id":"price_pro"}}]}})";

struct GapWorld {
  std::shared_ptr<FakeStripe> stripe;
  World world;

  GapWorld()
      : world({.connect_accounts = {"acct_connected"}, .http = [this](std::shared_ptr<ManualClock> clock) {
                 stripe = std::make_shared<FakeStripe>(std::move(clock));
                 return std::shared_ptr<ports::Http>(stripe);
               }}) {
    world.apply();
  }
  void pass(TimeMs ms) { world.clock->set(world.clock->exact_ms() + ms); }
  engine::GapsFetched fetch(std::int64_t limit = 0) { return world.engine->gap_fetch(limit, 0); }
  engine::Health health() { return world.engine->health_read(); }
  bool crm() { return world.engine->check("acct_42", "crm") == 1; }
  std::size_t asked(const std::string &line) const {
    return static_cast<std::size_t>(std::count(stripe->log.begin(), stripe->log.end(), line));
  }
  /// Two events of one second that do not follow from each other: the state is a guess.
  void undecided() {
    world.deliver(event("evt_1", "customer.subscription.created", start_s - 100, Sub{.metadata = linked}.json()));
    const engine::Receipt r = world.deliver(event("evt_2", "customer.subscription.updated", start_s,
                                                  Sub{.status = "past_due", .metadata = linked}.json(), R"({"status":"unpaid"})"));
    const engine::Receipt s =
        world.deliver(event("evt_3", "customer.subscription.updated", start_s, Sub{.metadata = linked}.json(), R"({"status":"trialing"})"));
    REQUIRE((r.unconfirmed || s.unconfirmed));
  }
};

}  // namespace

TEST_CASE("an undecided object is fetched once, after its quiet time, and is decided then") {
  GapWorld w;
  w.undecided();
  w.stripe->put(Sub{.status = "canceled", .metadata = linked}.json());
  CHECK(w.health().unconfirmed == 1);
  CHECK(w.health().waiting_gaps == 1);
  engine::GapsFetched r = w.fetch();
  CHECK(r.fetched == 0);
  CHECK(r.waiting == 1);
  CHECK(r.next_due_ms == start_ms + 12'000);
  CHECK_FALSE(w.world.engine->gap_due());
  w.pass(11'999);
  CHECK(w.fetch().fetched == 0);
  CHECK(w.crm());
  w.pass(1);
  CHECK(w.world.engine->gap_due());
  r = w.fetch();
  CHECK(r.fetched == 1);
  CHECK(r.waiting == 0);
  CHECK(r.next_due_ms == 0);
  CHECK_FALSE(w.crm());
  CHECK(w.health().unconfirmed == 0);
  CHECK(w.health().gaps == 1);
  CHECK(w.health().gaps_per_1000_events == 334);
  CHECK(w.asked("GET /v1/subscriptions/sub_1") == 1);
  CHECK(w.fetch().fetched == 0);
  CHECK(w.asked("GET /v1/subscriptions/sub_1") == 1);
}

TEST_CASE("a gap that a later event closes asks nobody") {
  GapWorld w;
  w.undecided();
  w.pass(10'000);
  w.world.deliver(event("evt_4", "customer.subscription.updated", start_s + 9, Sub{.status = "past_due", .metadata = linked}.json(),
                        R"({"status":"active"})"));
  w.pass(30'000);
  const engine::GapsFetched r = w.fetch();
  CHECK(r.closed == 1);
  CHECK(r.fetched == 0);
  CHECK(r.waiting == 0);
  CHECK(w.stripe->log.empty());
}

TEST_CASE("an invoice that names a subscription nobody has told of has it fetched") {
  GapWorld w;
  w.stripe->put(Sub{.metadata = linked}.json());
  w.world.deliver(event("evt_1", "invoice.paid", start_s,
                        R"({"object":"invoice","id":"in_1","customer":"cus_1","status":"paid","parent":{"type":"subscription_details",)"
                        R"("subscription_details":{"subscription":"sub_1"}}})"));
  CHECK_FALSE(w.crm());
  w.pass(12'000);
  CHECK(w.fetch().fetched == 1);
  CHECK(w.crm());
}

TEST_CASE("a renewal whose webhook is lost is asked for a quarter of an hour after its time, and access goes on") {
  GapWorld w;
  w.world.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = linked}.json()));
  const TimeMs month = 30 * day_ms;
  w.stripe->put(Sub{.start = start_s + 30 * 86400, .end = start_s + 60 * 86400, .metadata = linked}.json());
  w.pass(month + 14 * 60'000);
  CHECK_FALSE(w.world.engine->gap_due());
  w.pass(60'000);
  CHECK(w.world.engine->gap_due());
  CHECK(w.fetch().fetched == 1);
  w.pass(20 * day_ms);
  CHECK(w.crm());
  CHECK(w.world.engine->account_read("acct_42", std::nullopt).grants.at(0).valid_until_ms == start_ms + 2 * month + 72 * hour_ms);
  CHECK_FALSE(w.world.engine->gap_due());
}

TEST_CASE("a renewal that is overdue at Stripe too is asked for again, ever more rarely") {
  GapWorld w;
  w.world.deliver(event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = linked}.json()));
  w.stripe->put(Sub{.metadata = linked}.json());
  int asked = 0;
  w.pass(30 * day_ms);
  for (int minute = 0; minute < 7 * 24 * 60; minute += 5) {
    if (w.world.engine->gap_due()) asked += static_cast<int>(w.fetch().fetched);
    w.pass(5 * 60'000);
  }
  CHECK(asked >= 8);
  CHECK(asked <= 14);
  CHECK_FALSE(w.crm());  // the slack is used up: stale, not free for ever
}

TEST_CASE("a thin event is a poke: its object is fetched, unless the event with the snapshot came") {
  GapWorld w;
  w.stripe->put(Sub{.metadata = linked}.json());
  const std::string thin =
      R"({"id":"evt_thin","object":"v2.core.event","type":"v1.customer.subscription.updated","created":"2023-11-14T22:13:20.000Z","livemode":false,)"
      R"("related_object":{"id":"sub_1","type":"subscription","url":"/v1/subscriptions/sub_1"})";
  const engine::Receipt r = w.world.deliver(thin + "}");
  CHECK(r.outcome == Outcome::recorded);
  CHECK(r.reason == "thin");
  w.pass(12'000);
  CHECK(w.fetch().fetched == 1);
  CHECK(w.crm());

  GapWorld known;
  known.world.deliver(event("evt_snapshot", "customer.subscription.created", start_s, Sub{.metadata = linked}.json()));
  known.world.deliver(thin + R"(,"snapshot_event":"evt_snapshot"})");
  known.pass(12'000);
  CHECK(known.fetch().fetched == 0);
  CHECK(known.stripe->log.empty());
}

TEST_CASE("an object that Stripe does not know keeps its state, raises a finding, and is asked for ever more rarely") {
  GapWorld w;
  w.undecided();
  w.pass(12'000);
  engine::GapsFetched r = w.fetch();
  CHECK(r.not_found == 1);
  CHECK(r.waiting == 1);
  CHECK(r.next_due_ms == w.world.clock->exact_ms() + hour_ms);
  CHECK(w.health().not_found == 1);
  CHECK(w.health().unconfirmed == 1);
  CHECK(w.crm());
  const auto findings = w.world.engine->query("SELECT object FROM purser_v_finding WHERE finding = 'not_found_at_stripe'", 10);
  REQUIRE(findings.cells.size() == 1);
  CHECK(findings.cells[0].text == "sub_1");
  w.pass(hour_ms);
  r = w.fetch();
  CHECK(r.not_found == 1);
  CHECK(r.next_due_ms == w.world.clock->exact_ms() + 2 * hour_ms);
  w.stripe->put(Sub{.metadata = linked}.json());
  w.pass(2 * hour_ms);
  CHECK(w.fetch().fetched == 1);
  CHECK(w.health().waiting_gaps == 0);
}

TEST_CASE("an answer that fails is asked for again; a wrong key is said, and nothing is forgotten") {
  GapWorld w;
  w.undecided();
  w.stripe->put(Sub{.metadata = linked}.json());
  w.pass(12'000);
  w.stripe->before = [&](const ports::HttpRequest &, ports::HttpAnswer &answer) {
    answer = w.stripe->error(500, "api_error", "", "", "down");
    return true;
  };
  engine::GapsFetched r = w.fetch();
  CHECK(r.failed == 1);
  CHECK(r.next_due_ms == w.world.clock->exact_ms() + 2000);
  w.pass(2000);
  w.stripe->before = [&](const ports::HttpRequest &, ports::HttpAnswer &answer) {
    answer = w.stripe->error(401, "invalid_request_error", "", "", "wrong key");
    return true;
  };
  CHECK_THROWS_AS(w.fetch(), Failure);
  w.stripe->before = nullptr;
  w.pass(hour_ms);
  CHECK(w.fetch().fetched == 1);
  CHECK(w.health().waiting_gaps == 0);
}

TEST_CASE("an answer about another object is not believed") {
  GapWorld w;
  w.undecided();
  w.pass(12'000);
  w.stripe->before = [&](const ports::HttpRequest &, ports::HttpAnswer &answer) {
    answer = w.stripe->ok(json::parse(Sub{.id = "sub_2", .status = "canceled", .metadata = linked}.json()).root.as_object());
    return true;
  };
  CHECK(w.fetch().failed == 1);
  CHECK(w.crm());
  CHECK(w.health().unconfirmed == 1);
}

TEST_CASE("of two processes one asks, and the other one's crash is outlived") {
  const auto clock = std::make_shared<ManualClock>(start_ms);
  const auto database = adapters::sqlite_database({.path = ":memory:"});
  const auto stripe = std::make_shared<FakeStripe>(clock);
  const auto http = [&](std::shared_ptr<ManualClock>) { return std::shared_ptr<ports::Http>(stripe); };
  World one({.database = database, .http = http, .clock = clock});
  one.apply();
  World two({.database = database, .http = http, .clock = clock});
  one.deliver(event("evt_1", "invoice.paid", start_s,
                    R"({"object":"invoice","id":"in_1","customer":"cus_1","status":"paid","subscription":"sub_1"})"));
  stripe->put(Sub{.metadata = linked}.json());
  clock->set(start_ms + 12'000);
  stripe->before = [&](const ports::HttpRequest &request, ports::HttpAnswer &) {
    static bool inside = false;
    if (request.method != "GET" || inside) return false;
    inside = true;
    CHECK(two.engine->health_read().waiting_gaps == 1);
    CHECK_FALSE(two.engine->gap_due());  // held by the other one
    inside = false;
    return false;
  };
  CHECK(one.engine->gap_fetch(0, 0).fetched == 1);
  CHECK(two.engine->gap_fetch(0, 0).fetched == 0);
}

TEST_CASE("the sweep takes in what no webhook brought, over all pages, and goes on where it ended") {
  GapWorld w;
  w.stripe->events_on_a_page = 2;
  const std::string created = event("evt_1", "customer.subscription.created", start_s - 500, Sub{.metadata = linked}.json());
  const std::string canceled =
      event("evt_9", "customer.subscription.deleted", start_s - 100, Sub{.status = "canceled", .metadata = linked}.json());
  w.world.deliver(created);
  CHECK(w.crm());
  w.stripe->events = {event("evt_8", "payment_method.attached", start_s - 90, R"({"object":"payment_method","id":"pm_1"})"), canceled,
                      event("evt_7", "customer.created", start_s - 490, R"({"object":"customer","id":"cus_1"})"),
                      event("evt_6", "customer.updated", start_s - 495, R"({"object":"customer","id":"cus_1"})", R"({"name":"x"})"),
                      created};
  engine::Swept s = w.world.engine->event_sweep(0, 0);
  CHECK(s.listed == 4);
  CHECK(s.missed == 3);
  CHECK_FALSE(w.crm());
  CHECK(w.asked("GET /v1/events") == 4);  // three pages, and the connected account's list
  CHECK(s.swept_until_ms == start_ms);
  w.pass(hour_ms);
  w.stripe->log.clear();
  s = w.world.engine->event_sweep(0, 0);
  CHECK(s.listed == 4);  // the ten minutes before are read once more
  CHECK(s.missed == 0);
  CHECK(s.swept_until_ms == start_ms + hour_ms);
  CHECK(w.health().swept_missed == 3);
  // Begun after the last one's end: what lies between is not known.
  w.pass(hour_ms);
  s = w.world.engine->event_sweep(start_ms + 2 * hour_ms - 1000, 0);
  CHECK(s.swept_until_ms == start_ms + hour_ms);
  // After a longer silence than Stripe keeps events for, it goes on nevertheless.
  w.pass(40 * day_ms);
  s = w.world.engine->event_sweep(0, 0);
  CHECK(s.swept_until_ms == w.world.clock->exact_ms());
}

TEST_CASE("a sweep that breaks off begins again from its start") {
  GapWorld w;
  w.stripe->events_on_a_page = 1;
  w.stripe->events = {event("evt_2", "customer.subscription.updated", start_s - 100, Sub{.metadata = linked}.json(), quantity_2),
                      event("evt_1", "customer.subscription.created", start_s - 200, Sub{.metadata = linked}.json())};
  int pages = 0;
  w.stripe->before = [&](const ports::HttpRequest &, ports::HttpAnswer &answer) {
    if (++pages != 2) return false;
    answer = w.stripe->error(500, "api_error", "", "", "down");
    return true;
  };
  CHECK_THROWS_AS(w.world.engine->event_sweep(0, 0), Failure);
  CHECK(w.health().swept_until_ms == 0);
  const engine::Swept s = w.world.engine->event_sweep(0, 0);
  CHECK(s.listed == 2);
  CHECK(s.missed == 1);
  CHECK(s.swept_until_ms == start_ms);
}

TEST_CASE("a customer that is linked before anything of it was seen brings its subscriptions") {
  GapWorld w;
  w.stripe->put(Sub{}.json());
  w.stripe->put(R"({"object":"customer","id":"cus_1","livemode":false})");
  w.world.engine->account_link("acct_42", "cus_1");
  CHECK_FALSE(w.crm());
  w.pass(2000);
  CHECK(w.fetch().fetched == 1);
  CHECK(w.crm());
}

TEST_CASE("what belongs to nobody is listed, oldest first, page by page, with whom it may belong to") {
  GapWorld w;
  for (int i = 1; i <= 5; ++i) {
    const std::string n = std::to_string(i);
    w.world.deliver(event("evt_" + n, "customer.subscription.created", start_s, Sub{.id = "sub_" + n, .customer = "cus_" + n}.json()));
    w.pass(1000);
  }
  w.world.deliver(
      event("evt_6", "checkout.session.completed", start_s,
            R"({"object":"checkout.session","id":"cs_1","customer":"cus_1","client_reference_id":"somebody","status":"complete"})"));
  w.world.deliver(event("evt_7", "customer.subscription.created", start_s, Sub{.id = "sub_7", .price = "price_of_others"}.json()));
  engine::ParkedList list = w.world.engine->parked_list(4, "", false);
  REQUIRE(list.objects.size() == 4);
  CHECK(list.objects[0].id == "sub_1");
  CHECK(list.objects[0].since_ms == start_ms);
  CHECK(list.objects[0].suggestion == "somebody");
  CHECK(list.objects[1].suggestion.empty());
  list = w.world.engine->parked_list(4, list.next, false);
  REQUIRE(list.objects.size() == 2);
  CHECK(list.objects[1].id == "cs_1");
  CHECK(list.next.empty());
  CHECK_THROWS_AS(w.world.engine->parked_list(4, "nonsense", false), Failure);
  list = w.world.engine->parked_list(4, "", true);
  REQUIRE(list.objects.size() == 1);
  CHECK(list.objects[0].id == "sub_7");
  w.world.engine->account_link("acct_1", "cus_1");
  CHECK(w.world.engine->parked_list(0, "", false).objects.size() == 4);
}

TEST_CASE("a connected account's own objects grant nothing: neither their metadata nor their prices are ours") {
  GapWorld w;
  std::string object = Sub{.id = "sub_9", .customer = "cus_9", .price = "price_cheap", .metadata = linked}.json();
  object.replace(object.find("\"lookup_key\":null"), 17, "\"lookup_key\":\"app_pro\"");
  const engine::Receipt r =
      w.world.deliver(event("evt_9", "customer.subscription.created", start_s, object, "", R"(,"account":"acct_connected")"));
  CHECK(r.outcome == Outcome::foreign);
  CHECK(r.account.empty());
  CHECK_FALSE(w.crm());
  CHECK(std::string(w.world.engine->tier("acct_42", "app")) == "free");
  // Nor does its price teach what a price of that id means on the own account.
  CHECK(w.world
            .deliver(event("evt_8", "customer.subscription.created", start_s,
                           Sub{.id = "sub_8", .price = "price_cheap", .metadata = linked}.json()))
            .outcome == Outcome::applied_unmapped);
  CHECK_FALSE(w.crm());
}
