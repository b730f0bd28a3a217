// What the order of arrival, a full memory or a failing store must not change.
#include <algorithm>
#include <new>
#include <random>
#include <span>

#include "catch.hpp"
#include "support/engine_fixture.hpp"

using namespace purser;
using namespace purser::test;
using domain::Outcome;

namespace {

std::string owned_by(const std::string &account) { return R"({"purser_account":")" + account + R"("})"; }

std::string with_lookup_key(std::string object, const std::string &key) {
  const std::string none = R"("lookup_key":null)";
  object.replace(object.find(none), none.size(), R"("lookup_key":")" + key + R"(")");
  return object;
}

std::string link_document(const std::string &account, const std::string &customer) {
  return R"({"purser":"link","account":")" + account + R"(","customer":")" + customer + R"("})";
}

std::string fetch_document(std::int64_t date_s, const std::string &object) {
  return R"({"purser":"fetch","date":)" + std::to_string(date_s) + R"(,"lo":)" + std::to_string(date_s - 1) + R"(,"object":)" + object +
         "}";
}

std::string live(std::string event) {
  const std::string test = R"("livemode":false)";
  return event.replace(event.find(test), test.size(), R"("livemode":true)");
}

std::string customer(const std::string &id, const std::string &card, const std::string &metadata = "{}") {
  return R"({"id":")" + id + R"(","object":"customer","metadata":)" + metadata + R"(,"invoice_settings":{"default_payment_method":)" +
         card + "}}";
}

std::string session(const std::string &id, const std::string &of, const std::string &metadata) {
  return R"({"id":")" + id +
         R"(","object":"checkout.session","status":"complete","payment_status":"paid","mode":"subscription","customer":)" + of +
         R"(,"metadata":)" + metadata + "}";
}

struct End {
  std::string hash;
  std::int64_t accounts = 0, grants = 0;
  bool operator==(const End &) const = default;
};

/// Replays the documents one by one; the catalog is applied before the one with this number.
End replayed(const std::vector<std::string> &documents, std::size_t catalog_at) {
  World world({.mode = engine::Mode::offline});
  for (std::size_t i = 0; i < documents.size(); ++i) {
    if (i == catalog_at) world.apply();
    world.engine->replay(documents[i], false);
  }
  if (catalog_at >= documents.size()) world.apply();
  const auto report = world.replay("");
  return {report.state_hash, report.accounts, report.grants};
}

/// Everything that two objects, accounts or prices can disagree about.
std::vector<std::string> quarrel() {
  const std::string a = owned_by("acct_a"), b = owned_by("acct_b");
  const Sub pro{.metadata = a};
  const Sub trial{.id = "sub_2",
                  .customer = "cus_2",
                  .status = "trialing",
                  .price = "price_moved",
                  .item = "si_2",
                  .more = R"(,"trial_end":)" + std::to_string(start_s + 5 * 86400)};
  return {
      event("evt_1", "customer.subscription.created", start_s, pro.json()),
      event("evt_2", "customer.subscription.updated", start_s + 40, Sub{.status = "past_due", .metadata = b}.json(),
            R"({"status":"active"})"),
      event("evt_3", "customer.created", start_s + 3, customer("cus_1", "null", b)),
      event("evt_4", "customer.updated", start_s + 9, customer("cus_2", "\"pm_1\""),
            R"({"invoice_settings":{"default_payment_method":null}})"),
      event("evt_5", "customer.subscription.created", start_s + 1, with_lookup_key(trial.json(), "app_starter")),
      event("evt_6", "customer.subscription.updated", start_s + 20, with_lookup_key(trial.json(), "app_pro"), R"({"metadata":{"k":"v"}})"),
      event("evt_7", "checkout.session.completed", start_s + 2, session("cs_1", "\"cus_2\"", b)),
      live(event("evt_8", "customer.subscription.created", start_s, Sub{.metadata = b}.json())),
      event("evt_9", "customer.subscription.created", start_s, Sub{.id = "sub_3", .customer = "cus_3", .price = "price_moved"}.json()),
      link_document("acct_z", "cus_3"),
      link_document("acct_c", "cus_3"),
      link_document("acct_c", "cus_1"),
      fetch_document(start_s + 60, Sub{.metadata = a}.json()),
      event("evt_10", "customer.subscription.deleted", start_s + 90, Sub{.id = "sub_3", .customer = "cus_3", .status = "canceled"}.json()),
      fetch_document(start_s + 95, Sub{.id = "sub_3", .customer = "cus_3"}.json()),
      event("evt_11", "checkout.session.expired", start_s + 8, session("cs_1", "null", a)),
  };
}

/// A store whose statements fail once, where the test says: `fails` is the beginning of the statement.
struct Fault {
  std::string fails;
};

class FaultySession final : public ports::SqlSession {
 public:
  FaultySession(std::unique_ptr<ports::SqlSession> inner, std::shared_ptr<Fault> fault)
      : inner_(std::move(inner)), fault_(std::move(fault)) {}
  using SqlSession::execute;
  ports::Dialect dialect() const override { return inner_->dialect(); }
  void begin_read() override { inner_->begin_read(); }
  void begin_write() override { inner_->begin_write(); }
  void commit() override { inner_->commit(); }
  void rollback() noexcept override { inner_->rollback(); }
  void savepoint() override { inner_->savepoint(); }
  void release_savepoint() override { inner_->release_savepoint(); }
  void rollback_to_savepoint() override { inner_->rollback_to_savepoint(); }
  std::int64_t execute(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row) override {
    if (!fault_->fails.empty() && sql.starts_with(fault_->fails)) {
      fault_->fails.clear();
      throw std::bad_alloc();
    }
    return inner_->execute(sql, parameters, on_row);
  }
  void execute_script(std::string_view sql) override { inner_->execute_script(sql); }
  std::vector<std::string> execute_untrusted(std::string_view sql, std::int64_t deadline_ms, const ports::OnRow &on_row) override {
    return inner_->execute_untrusted(sql, deadline_ms, on_row);
  }
  std::int64_t change_token() override { return inner_->change_token(); }
  void scrub() override { inner_->scrub(); }

 private:
  std::unique_ptr<ports::SqlSession> inner_;
  std::shared_ptr<Fault> fault_;
};

class FaultyDatabase final : public ports::SqlDatabase {
 public:
  explicit FaultyDatabase(std::shared_ptr<Fault> fault) : fault_(std::move(fault)) {}
  std::unique_ptr<ports::SqlSession> open(bool read_only) override {
    return std::make_unique<FaultySession>(inner_->open(read_only), fault_);
  }
  std::string name() const override { return inner_->name(); }

 private:
  std::shared_ptr<ports::SqlDatabase> inner_ = adapters::sqlite_database({.path = ":memory:"});
  std::shared_ptr<Fault> fault_;
};

class StarvingClock : public ManualClock {
 public:
  using ManualClock::ManualClock;
  TimeMs exact_ms() const override {
    if (starves) throw std::bad_alloc();
    return ManualClock::exact_ms();
  }
  bool starves = false;
};

}  // namespace

TEST_CASE("review: one state for one set of facts, whatever the order, the repetitions and the moment of the catalog") {
  std::vector<std::string> documents = quarrel();
  const End expected = replayed(documents, 0);
  CHECK(expected.grants >= 2);
  std::mt19937 random(7);
  for (int round = 0; round < (on_postgres() ? 10 : 150); ++round) {
    std::vector<std::string> order = documents;
    if (round % 3 == 0) order.insert(order.end(), documents.begin(), documents.end());
    std::shuffle(order.begin(), order.end(), random);
    REQUIRE(replayed(order, random() % (order.size() + 1)) == expected);
  }
}

TEST_CASE("review: the folded state says whose a subscription is, not the fact that came last") {
  const std::string older = event("evt_1", "customer.subscription.created", start_s, Sub{.customer = "cus_1"}.json());
  const std::string newer =
      event("evt_2", "customer.subscription.updated", start_s + 60, Sub{.customer = "cus_2"}.json(), R"({"customer":"cus_1"})");
  const std::string first = link_document("acct_1", "cus_1"), second = link_document("acct_2", "cus_2");
  std::vector<std::string> order{older, newer, first, second};
  std::sort(order.begin(), order.end());
  const End expected = replayed(order, 0);
  CHECK(expected.grants == 1);
  do { REQUIRE(replayed(order, 0) == expected); } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("review: a subscription whose price only its lookup key names is parked at its first event") {
  World world;
  world.apply();
  const std::string object = with_lookup_key(Sub{.price = "price_unseen"}.json(), "app_pro");
  CHECK(world.deliver(event("evt_1", "customer.subscription.created", start_s, object)).outcome == Outcome::parked);
}

TEST_CASE("review: two renderings of an event of the own Stripe account are one event") {
  engine::Config config;
  config.mode = engine::Mode::offline;
  config.stripe_account = "acct_own";
  engine::Engine engine(
      std::move(config),
      {adapters::sqlite_database({.path = ":memory:"}), std::make_shared<ManualClock>(start_ms), adapters::system_random(), {}});
  engine.catalog_apply(small_catalog, "catalog.json", [](std::string_view) { return std::nullopt; });
  const std::string old_one =
      event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = owned_by("acct_a")}.json(), "", R"(,"account":"acct_own")");
  std::string new_one = old_one;
  new_one.replace(new_one.find("2026-06-24"), 10, "2026-09-30");
  engine.replay(old_one, false);
  engine.replay(new_one, false);
  const auto report = engine.replay("", true);
  CHECK(report.subscriptions == 1);
  CHECK(report.grants == 1);
}

TEST_CASE("review: a new catalog reaches every resident account, also those beyond resident_accounts_max by name") {
  World world({.resident_accounts_max = 1});
  world.apply();
  for (const std::string name : {"z", "a"})
    world.deliver(event("evt_" + name, "customer.subscription.created", start_s,
                        Sub{.id = "sub_" + name, .customer = "cus_" + name, .metadata = owned_by(name)}.json()));
  CHECK(world.engine->check("z", "crm") == 1);
  CHECK(world.engine->check("a", "crm") == 1);
  std::string without_crm = small_catalog;
  const std::string both = R"(["leads", "crm"])";
  without_crm.replace(without_crm.find(both), both.size(), R"(["leads"])");
  world.apply(without_crm);
  CHECK(world.engine->check("z", "crm") == 0);
  CHECK(world.engine->check("a", "crm") == 0);
  CHECK(world.engine->check("z", "leads") == 1);
}

TEST_CASE("review: a delivery that fails without memory answers alone, and the next one is stored") {
  const auto fault = std::make_shared<Fault>();
  World world({.database = std::make_shared<FaultyDatabase>(fault)});
  world.apply();
  const std::string body = event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = owned_by("acct_a")}.json());
  fault->fails = "INSERT INTO purser_observations";
  const auto refused = world.deliver(body);
  CHECK(refused.http_status == 503);
  CHECK(refused.reason == "no_memory");
  CHECK(world.engine->check("acct_a", "crm") == 0);
  CHECK(world.deliver(body).outcome == Outcome::applied);
  CHECK(world.engine->check("acct_a", "crm") == 1);
}

TEST_CASE("review: a catalog that was committed and not loaded leaves no transaction behind and is loaded at the next look") {
  const auto fault = std::make_shared<Fault>();
  World world({.database = std::make_shared<FaultyDatabase>(fault)});
  const std::string body = event("evt_1", "customer.subscription.created", start_s, Sub{.metadata = owned_by("acct_a")}.json());
  CHECK(world.deliver(body).http_status == 200);
  fault->fails = "SELECT a.account, g.livemode";
  CHECK_THROWS_AS(world.apply(), std::bad_alloc);
  CHECK(world.deliver(body).http_status == 200);
  CHECK(world.engine->check("acct_a", "crm") == 1);
}

TEST_CASE("review: what fails before a delivery is queued is a receipt, not the end of the process") {
  const auto clock = std::make_shared<StarvingClock>(start_ms);
  engine::Config config;
  config.mode = engine::Mode::test;
  config.secrets[""] = {secret};
  engine::Engine engine(std::move(config), {adapters::sqlite_database({.path = ":memory:"}), clock, adapters::system_random(), {}});
  const std::string body = event("evt_1", "invoice.paid", start_s, "{}");
  clock->starves = true;
  CHECK(engine.webhook_receive(body, signature(body, start_s), "", 0).http_status == 503);
  int answers = 0;
  engine.webhook_begin(body, signature(body, start_s), "",
                       [&](const engine::Receipt &receipt) { answers += receipt.http_status == 503 ? 1 : 100; });
  CHECK(answers == 1);
  clock->starves = false;
  CHECK(engine.webhook_receive(body, signature(body, start_s), "", 0).http_status == 200);
}
