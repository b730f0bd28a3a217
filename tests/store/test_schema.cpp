#include "store/schema.hpp"

#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <set>

#include "adapters/sqlite.hpp"
#include "base/error.hpp"
#include "catch.hpp"
#include "domain/grant.hpp"
#include "store/ledger.hpp"
#include "support/sql.hpp"

using namespace purser;
using namespace purser::test;

namespace {

struct Fresh {
  std::shared_ptr<ports::SqlDatabase> database = adapters::sqlite_database({.path = ":memory:"});
  std::unique_ptr<ports::SqlSession> db = database->open(false);
  Fresh() {
    db->begin_write();
    store::migrate(*db, "test");
    db->commit();
  }
};

std::set<std::string> columns(ports::SqlSession &db, const std::string &table) {
  const auto all = texts(db, "SELECT name FROM pragma_table_info('" + table + "')");
  return {all.begin(), all.end()};
}

template <class T>
std::set<std::string> members() {
  std::set<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_members<T, boost::describe::mod_public>>([&](auto d) { names.insert(d.name); });
  return names;
}

}  // namespace

TEST_CASE("the grants table has the grant's described members, and its key before them") {
  Fresh fresh;
  std::set<std::string> expected = members<domain::Grant>();
  for (const char *key : {"account", "livemode", "stripe_account"}) expected.insert(key);
  CHECK(columns(*fresh.db, "purser_grants") == expected);
}

TEST_CASE("`account` is the first column of every key that belongs to an account") {
  Fresh fresh;
  for (const std::string &table : texts(*fresh.db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'purser_%'")) {
    const auto key = texts(*fresh.db, "SELECT name FROM pragma_table_info('" + table + "') WHERE pk = 1");
    REQUIRE(key.size() == 1);
    // A link belongs to a customer until it is asked for its account; the ledger's account is its random key.
    if (columns(*fresh.db, table).contains("account") && table != "purser_links") CHECK(key.front() == "account");
    if (table == "purser_ledger") CHECK(key.front() == "account_key");
  }
}

TEST_CASE("a store opens again, and one of a newer incompatible build is refused with the fix") {
  Fresh fresh;
  fresh.db->begin_write();
  CHECK_NOTHROW(store::migrate(*fresh.db, "test"));
  fresh.db->execute("UPDATE purser_meta SET value = '900' WHERE name IN ('schema_version', 'schema_min_compatible')", {});
  try {
    store::migrate(*fresh.db, "billing.db");
    FAIL("opened");
  } catch (const Failure &failure) {
    CHECK(failure.error().reason == "store_newer");
    CHECK(failure.error().message.find("billing.db") != std::string::npos);
    CHECK(failure.error().message.find("update Purser") != std::string::npos);
  }
  // Newer, but still readable by this build: old and new processes run side by side.
  fresh.db->execute("UPDATE purser_meta SET value = '1' WHERE name = 'schema_min_compatible'", {});
  CHECK_NOTHROW(store::migrate(*fresh.db, "billing.db"));
  fresh.db->rollback();
}

TEST_CASE("the sequence never gives a number twice") {
  Fresh fresh;
  fresh.db->begin_write();
  const auto first = store::take_sequence(*fresh.db, 16);
  CHECK(store::take_sequence(*fresh.db, 1) == first + 16);
  CHECK(store::current_sequence(*fresh.db) == first + 16);
  fresh.db->commit();
}

TEST_CASE("a ledger shows every change to it") {
  Fresh fresh;
  auto &db = *fresh.db;
  const HmacKey key("0123456789abcdef0123456789abcdef");
  db.begin_write();
  store::insert_account(db, {"acct_1", "0123456789abcdef", 0, {}}, 1, 0);
  for (int i = 0; i < 4; ++i) {
    auto account = *store::load_account(db, "acct_1");
    store::append_ledger(db, key, account, 1000 + i, "event evt_" + std::to_string(i), "{}", sha256("payload"), i + 2);
  }
  db.commit();
  CHECK(store::verify_ledger(db, key, "acct_1").intact);
  CHECK(store::verify_ledger(db, key, "acct_1").entries == 4);
  CHECK_FALSE(store::verify_ledger(db, HmacKey("another key"), "acct_1").intact);
  for (const char *tampering :
       {"UPDATE purser_ledger SET facts = '{\"grants\":[]}' WHERE seq = 2", "UPDATE purser_ledger SET at_ms = at_ms + 1 WHERE seq = 3",
        "DELETE FROM purser_ledger WHERE seq = 1", "DELETE FROM purser_ledger WHERE seq = 4",
        "UPDATE purser_ledger SET seq = 9 WHERE seq = 4", "UPDATE purser_accounts SET ledger_seq = 3"}) {
    db.begin_write();
    db.execute(tampering, {});
    INFO(tampering);
    CHECK_FALSE(store::verify_ledger(db, key, "acct_1").intact);
    db.rollback();
  }
}
