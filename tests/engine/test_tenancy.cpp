// One account's matters stay that account's: grants, feed, checkouts, links, and the keys that tell one Stripe from another.
#include <new>
#include <utility>

#include "catch.hpp"
#include "support/fake_stripe.hpp"
#include "support/forwarding_session.hpp"

using namespace purser;
using namespace purser::test;
using domain::Outcome;

namespace {

constexpr std::int64_t month_s = 30 * 86400;

std::string owned_by(const std::string &account) { return R"({"purser_account":")" + account + R"("})"; }

/// A subscription of that account, with a customer of its own.
Sub of(const std::string &account, const std::string &price) {
  return {.id = "sub_" + account, .customer = "cus_" + account, .price = price, .item = "si_" + account, .metadata = owned_by(account)};
}

std::string created(const Sub &sub) { return event("evt_" + sub.id, "customer.subscription.created", start_s, sub.json()); }

std::string told(World &world) {
  std::string text;
  for (const engine::TierChange &c : world.engine->change_next("users", 0).changes)
    text += c.account + ":" + c.tier_before + ">" + c.tier + "@" + c.customer + " ";
  return text;
}

std::string tiers(World &world) {
  std::string text;
  for (const std::string account : {"ann", "bob", "cat"}) text += account + ":" + world.engine->tier(account, "app") + " ";
  return text;
}

std::size_t grants(World &world, const std::string &account) { return world.engine->account_read(account, std::nullopt).grants.size(); }

/// Two accounts at one Stripe.
struct Shop {
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(start_ms);
  std::shared_ptr<FakeStripe> stripe = std::make_shared<FakeStripe>(clock);
  World world{EngineOptions{.http = [this](const auto &) { return stripe; }, .clock = clock}};
  Shop() { world.apply(); }
  engine::Checkout buy(const std::string &account, const std::string &tier = "app/pro") {
    engine::CheckoutWish wish;
    wish.account = account;
    wish.tier = tier;
    wish.success_url = "https://app.example.com/welcome";
    return world.engine->checkout_create(wish);
  }
  std::string status(const std::string &session) { return std::string(json::as_text(&stripe->object(session)["status"])); }
  void minute() { clock->set(clock->exact_ms() + 60'000); }
};

/// A store without memory for one entry of a ledger, where the test says so: then the object and the grants are written already.
class FailsAtLedger final : public ports::SqlDatabase {
 public:
  explicit FailsAtLedger(std::shared_ptr<bool> fails) : fails_(std::move(fails)) {}
  std::unique_ptr<ports::SqlSession> open(bool read_only) override { return std::make_unique<Session>(inner_->open(read_only), fails_); }
  std::string name() const override { return inner_->name(); }

 private:
  struct Session final : ForwardingSession {
    Session(std::unique_ptr<ports::SqlSession> inner, std::shared_ptr<bool> fails)
        : ForwardingSession(std::move(inner)), fails_(std::move(fails)) {}
    using ForwardingSession::execute;
    std::int64_t execute(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row) override {
      if (sql.starts_with("INSERT INTO purser_ledger") && std::exchange(*fails_, false)) throw std::bad_alloc();
      return ForwardingSession::execute(sql, parameters, on_row);
    }
    std::shared_ptr<bool> fails_;
  };
  std::shared_ptr<ports::SqlDatabase> inner_ = adapters::sqlite_database({.path = ":memory:"});
  std::shared_ptr<bool> fails_;
};

template <class Work>
std::string reason_of(const Work &work) {
  try {
    work();
  } catch (const Failure &failure) { return failure.error().reason; }
  return {};
}

}  // namespace

TEST_CASE("what one account buys, changes and ends is in its own grants and its own feed") {
  World world;
  world.apply();
  CHECK(world.deliver(created(of("ann", "price_pro"))).account == "ann");
  CHECK(world.deliver(created(of("bob", "price_starter"))).account == "bob");
  CHECK(tiers(world) == "ann:pro bob:starter cat:free ");
  CHECK(grants(world, "ann") == 1);
  CHECK(grants(world, "bob") == 1);
  CHECK(grants(world, "cat") == 0);
  CHECK(world.engine->check("bob", "crm") == 0);
  CHECK(told(world) == "ann:free>pro@cus_ann bob:free>starter@cus_bob ");

  Sub ended = of("bob", "price_starter");
  ended.status = "canceled";
  world.deliver(event("evt_end", "customer.subscription.deleted", start_s + 100, ended.json()));
  CHECK(tiers(world) == "ann:pro bob:free cat:free ");
  CHECK(grants(world, "ann") == 1);
  CHECK(told(world).ends_with("bob:starter>free@cus_bob "));
}

TEST_CASE("each account's time comes by itself, whoever changed after it") {
  World world;
  world.apply();
  Sub leaving = of("ann", "price_pro");
  leaving.more = R"(,"cancel_at":)" + std::to_string(leaving.end);
  world.deliver(created(leaving));
  Sub staying = of("bob", "price_pro");
  staying.end += month_s;
  world.deliver(created(staying));
  world.clock->set(leaving.end * 1000);
  CHECK(told(world) == "ann:free>pro@cus_ann bob:free>pro@cus_bob ann:pro>free@cus_ann ");
}

TEST_CASE("an account's checkout, session and subscriptions are its own") {
  Shop shop;
  const engine::Checkout of_ann = shop.buy("ann"), of_bob = shop.buy("bob");
  CHECK(of_ann.customer != of_bob.customer);
  CHECK(shop.status(of_ann.session_id) == "open");  // not replaced by bob's
  CHECK(shop.buy("ann").session_id == of_ann.session_id);
  shop.minute();
  shop.stripe->pay(of_ann.session_id);
  CHECK(reason_of([&] { shop.world.engine->checkout_confirm("bob", of_ann.session_id, 0); }) == "session_not_found");
  CHECK(grants(shop.world, "bob") == 0);
  CHECK(shop.world.engine->checkout_confirm("ann", of_ann.session_id, 0).granted);
  CHECK(tiers(shop.world) == "ann:pro bob:free cat:free ");

  // The host gives the customer to somebody else: then nothing of it is ann's any more.
  shop.world.engine->account_link("cat", of_ann.customer);
  CHECK(tiers(shop.world) == "ann:free bob:free cat:pro ");
  CHECK(reason_of([&] { shop.world.engine->checkout_confirm("ann", of_ann.session_id, 0); }) == "session_not_found");
  CHECK(shop.buy("ann").customer != of_ann.customer);
  CHECK(reason_of([&] { shop.buy("cat"); }) == "already_subscribed");
}

TEST_CASE("a session without a customer is still of the account that made it") {
  Shop shop;
  const engine::Checkout made = shop.buy("ann", "site");
  shop.minute();
  shop.stripe->pay(made.session_id);
  shop.stripe->object(made.session_id)["customer"] = nullptr;
  CHECK(reason_of([&] { shop.world.engine->checkout_confirm("bob", made.session_id, 0); }) == "session_not_found");
  CHECK(shop.world.engine->checkout_confirm("ann", made.session_id, 0).status == "complete");
}

TEST_CASE("a session that is paid in the moment it is replaced: Stripe is asked before another one is given out") {
  Shop shop;
  const engine::Checkout starter = shop.buy("ann", "app/starter");
  shop.buy("ann", "app/pro");
  shop.minute();
  shop.stripe->pay(starter.session_id);
  CHECK(reason_of([&] { shop.buy("ann", "app/pro"); }) == "already_subscribed");
  CHECK(tiers(shop.world) == "ann:starter bob:free cat:free ");
}

TEST_CASE("a day after, Stripe has forgotten the key: what an open row became is looked up, not sent again") {
  Shop shop;
  shop.stripe->after = [](const ports::HttpRequest &request, ports::HttpAnswer &answer) {
    if (request.method == "POST" && request.url.ends_with("/sessions")) answer = {ports::HttpEnd::lost, 0, {}, {}, "lost", "no answer"};
  };
  CHECK(reason_of([&] { shop.buy("ann"); }) == "lost");
  shop.stripe->after = nullptr;
  shop.clock->set(start_ms + 24 * hour_ms);
  shop.stripe->log.clear();
  CHECK(shop.world.engine->outbox_settle(0, 0, 0).settled == 1);
  CHECK(std::count(shop.stripe->log.begin(), shop.stripe->log.end(), "POST /v1/checkout/sessions") == 0);
  CHECK(shop.stripe->ids("cs_").size() == 1);
}

TEST_CASE("several accounts for one customer: the least fact, whatever its name and the order; the host's word before it") {
  const auto says = [](const std::string &id, std::int64_t at_s, const std::string &account) {
    Sub sub;
    sub.metadata = owned_by(account);
    return event(id, "customer.subscription.updated", at_s, sub.json());
  };
  // bob is named first and last, ann in between.
  std::vector<std::string> events{says("evt_1", start_s, "bob"), says("evt_2", start_s + 50, "ann"), says("evt_3", start_s + 100, "bob")};
  std::sort(events.begin(), events.end());
  do {
    World world({.mode = engine::Mode::offline});
    world.apply();
    for (const std::string &e : events) world.replay(e);
    CHECK(tiers(world) == "ann:free bob:pro cat:free ");
    CHECK(grants(world, "ann") == 0);
    CHECK(world.engine->account_read("ann", std::nullopt).customer.empty());

    world.engine->account_link("cat", "cus_1");
    CHECK(tiers(world) == "ann:free bob:free cat:pro ");
    CHECK(grants(world, "bob") == 0);
    CHECK(reason_of([&] { world.engine->account_link("ann", "cus_1"); }) == "customer_linked");
    CHECK(tiers(world) == "ann:free bob:free cat:pro ");
  } while (std::next_permutation(events.begin(), events.end()));
}

TEST_CASE("livemode and Connect account are part of every key: the same ids elsewhere are other objects") {
  World world({.mode = engine::Mode::offline, .connect_accounts = {"acct_conn"}});
  world.apply();
  const Sub own{.metadata = owned_by("ann")};
  const Sub theirs{.id = "sub_2", .item = "si_2"};  // of cus_1, too
  std::string live = event("evt_1", "customer.subscription.created", start_s, theirs.json());
  live.replace(live.find(R"("livemode":false)"), 16, R"("livemode":true)");
  const std::string connected = event("evt_1", "customer.subscription.created", start_s, theirs.json(), "", R"(,"account":"acct_conn")");
  const std::string unknown = event("evt_1", "customer.subscription.created", start_s, theirs.json(), "", R"(,"account":"acct_other")");
  const auto outcome = [&](const std::string &document) {
    for (const engine::OutcomeCount &count : world.replay(document).outcomes)
      if (count.count == 1) return count.outcome;
    return std::string("none");
  };
  CHECK(outcome(event("evt_1", "customer.subscription.created", start_s, own.json())) == "applied");
  CHECK(outcome(live) == "parked");
  CHECK(outcome(connected) == "foreign");
  CHECK(outcome(unknown) == "quarantined");
  // Whatever makes ann's grants anew finds only what is hers.
  Sub pro = own;
  pro.end += month_s;
  CHECK(outcome(event("evt_2", "customer.subscription.updated", start_s + 100, pro.json())) == "applied");
  CHECK(grants(world, "ann") == 1);
  CHECK(world.replay("").subscriptions == 3);
}

TEST_CASE("a store takes events of its own mode only") {
  for (const bool live_store : {false, true}) {
    World world({.mode = live_store ? engine::Mode::live : engine::Mode::test});
    world.apply();
    std::string live = created(of("ann", "price_pro"));
    live.replace(live.find(R"("livemode":false)"), 16, R"("livemode":true)");
    const std::string test = created(of("ann", "price_pro"));
    const engine::Receipt other = world.deliver(live_store ? test : live);
    CHECK(other.outcome == Outcome::quarantined);
    CHECK(other.reason == "other_livemode");
    CHECK(tiers(world) == "ann:free bob:free cat:free ");
    CHECK(world.deliver(live_store ? live : test).outcome == Outcome::applied);
  }
}

TEST_CASE("a delivery that fails half way leaves nothing of itself in the commit of its neighbors") {
  const auto fails = std::make_shared<bool>(false);
  World world({.database = std::make_shared<FailsAtLedger>(fails)});
  world.apply();
  std::vector<engine::Receipt> receipts;
  const auto begin = [&](const std::string &body) {
    world.engine->webhook_begin(body, signature(body, start_s), "", [&](engine::Receipt r) { receipts.push_back(std::move(r)); });
  };
  const std::string poisoned = created(of("ann", "price_pro")), neighbor = created(Sub{.id = "sub_b", .customer = "cus_b"});
  *fails = true;  // the first entry of a ledger is ann's: the neighbor is parked
  begin(poisoned);
  begin(neighbor);
  while (world.engine->work()) {}
  REQUIRE(receipts.size() == 2);
  CHECK(receipts[0].http_status == 503);
  CHECK(receipts[1].outcome == Outcome::parked);
  CHECK(grants(world, "ann") == 0);
  CHECK(world.engine->query("SELECT subscription FROM purser_v_subscription", 0).cells.size() == 1);
  CHECK(world.deliver(poisoned).outcome == Outcome::applied);
  CHECK(tiers(world) == "ann:pro bob:free cat:free ");
}

TEST_CASE("what a connected account's event leaves open is asked for at that account") {
  auto clock = std::make_shared<ManualClock>(start_ms);
  const auto stripe = std::make_shared<FakeStripe>(clock);
  World world({.connect_accounts = {"acct_conn"}, .http = [&](const auto &) { return stripe; }, .clock = clock});
  world.apply();
  std::vector<std::string> asked;
  stripe->before = [&](const ports::HttpRequest &request, ports::HttpAnswer &) {
    std::string whose = "own";
    for (const ports::HttpHeader &header : request.headers)
      if (header.name == "Stripe-Account") whose = header.value;
    asked.push_back(request.url.substr(request.url.rfind('/') + 1) + " of " + whose);
    return false;
  };
  for (const std::string whose : {"", R"(,"account":"acct_conn")"})
    CHECK(world
              .deliver(
                  event(whose.empty() ? "evt_1" : "evt_2", "invoice.paid", start_s,
                        R"({"id":"in_1","object":"invoice","customer":"cus_1","status":"paid","subscription":"sub_1","lines":{"data":[]}})",
                        "", whose))
              .http_status == 200);
  clock->set(start_ms + 60'000);
  world.engine->gap_fetch(0, 0);
  std::sort(asked.begin(), asked.end());
  CHECK(std::count(asked.begin(), asked.end(), "sub_1 of own") == 1);
  CHECK(std::count(asked.begin(), asked.end(), "sub_1 of acct_conn") == 1);
}

TEST_CASE("what a connected account says of our accounts and prices proves nothing: it has API keys of its own") {
  World world({.connect_accounts = {"acct_conn"}});
  world.apply();
  std::string object = Sub{.id = "sub_9", .customer = "cus_9", .price = "price_cheap", .metadata = owned_by("ann")}.json();
  const std::string none = R"("lookup_key":null)";
  object.replace(object.find(none), none.size(), R"("lookup_key":"app_pro")");
  const std::string at_acct = R"(,"account":"acct_conn")";
  CHECK(world.deliver(event("evt_1", "customer.subscription.created", start_s, object, "", at_acct)).outcome == Outcome::foreign);
  CHECK(world
            .deliver(event("evt_2", "customer.created", start_s, R"({"id":"cus_9","object":"customer","metadata":)" + owned_by("ann") + "}",
                           "", at_acct))
            .outcome == Outcome::foreign);
  CHECK(grants(world, "ann") == 0);
  CHECK(tiers(world) == "ann:free bob:free cat:free ");
  // Nor does its price teach what ours means.
  CHECK(world.deliver(created(of("bob", "price_cheap"))).outcome == Outcome::applied_unmapped);
  CHECK(tiers(world) == "ann:free bob:free cat:free ");
}
