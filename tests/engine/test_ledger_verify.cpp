// The ledger of a store, verified as a whole: whatever somebody changes behind Purser's back shows, and where.
#include <filesystem>

#include "catch.hpp"
#include "planted.hpp"
#include "support/sql.hpp"

using namespace purser;
using namespace purser::test;

namespace {

/// Three accounts; one is erased.
void fill(const std::string &path) {
  World world({.database = adapters::sqlite_database({.path = path})});  // tampered with as a file
  world.apply();
  for (const std::string name : {"a", "b", "gone"}) {
    world.engine->account_link("acct_" + name, "cus_" + name + "1");
    Sub sub{.id = "sub_" + name, .customer = "cus_" + name + "1", .item = "si_" + name};
    world.deliver(event("evt_" + name + "1", "customer.subscription.created", start_s, sub.json()));
    sub.price = "price_starter";
    world.deliver(event("evt_" + name + "2", "customer.subscription.updated", start_s + 60, sub.json(), R"({"metadata":{"x":"y"}})"));
    sub.status = "canceled";
    world.deliver(event("evt_" + name + "3", "customer.subscription.deleted", start_s + 120, sub.json()));
  }
  world.engine->account_erase("acct_gone");
}

engine::LedgerVerified after(const TemporaryFolder &folder, const std::string &tampering) {
  const std::string path = folder.file("tampered.db");
  for (const char *tail : {"", "-wal", "-shm"}) std::filesystem::remove(path + tail);
  std::filesystem::copy_file(folder.file("store.db"), path);
  {
    const auto session = adapters::sqlite_database({.path = path})->open(false);
    session->begin_write();
    session->execute_script(tampering);
    session->commit();
  }
  World world({.database = adapters::sqlite_database({.path = path})});  // tampered with as a file
  return world.engine->ledger_verify(std::nullopt);
}

}  // namespace

TEST_CASE("every chain of a store is recomputed; any change shows, a missing end too") {
  const TemporaryFolder folder(TemporaryFolder::On::memory);
  fill(folder.file("store.db"));
  const engine::LedgerVerified intact = after(folder, "SELECT 1");
  CHECK(intact.intact);
  CHECK(intact.chains == 3);
  CHECK(intact.erased == 1);
  CHECK(intact.entries >= 9);
  CHECK(intact.broken.empty());

  const std::string of_a = "account_key = (SELECT account_key FROM purser_accounts WHERE account = 'acct_a')";
  const std::string of_gone = "account_key = (SELECT account_key FROM purser_erased WHERE kind = 'chain')";
  const auto change = [&](const std::string &set, const std::string &where) {
    return "UPDATE purser_ledger SET " + set + " WHERE " + where;
  };
  for (const char *set : {"at_ms = at_ms + 1", "cause = 'event evt_x'", "facts = '{}'", "payload_hash = zeroblob(32)",
                          "previous = zeroblob(32)", "mac = zeroblob(32)", "seq = 77"})
    for (const std::string &chain : {of_a, of_gone}) {
      INFO(set << " of " << chain);
      const engine::LedgerVerified found = after(folder, change(set, "seq = 2 AND " + chain));
      CHECK_FALSE(found.intact);
      REQUIRE(found.broken.size() == 1);
      CHECK(found.broken[0].seq == 2);
      CHECK(found.broken[0].account == (chain == of_a ? "acct_a" : ""));
      CHECK(found.broken[0].account_key.size() == 32);
    }
  const auto last = [](const std::string &chain) { return "seq = (SELECT max(seq) FROM purser_ledger WHERE " + chain + ") AND " + chain; };
  for (const std::string &tampering : std::vector<std::string>{
           "DELETE FROM purser_ledger WHERE " + last(of_a), "DELETE FROM purser_ledger WHERE " + last(of_gone),
           "DELETE FROM purser_ledger WHERE seq = 1 AND " + of_a, "DELETE FROM purser_ledger WHERE " + of_a,
           "DELETE FROM purser_ledger WHERE " + of_gone, "UPDATE purser_accounts SET ledger_seq = 1 WHERE account = 'acct_a'",
           "DELETE FROM purser_accounts WHERE account = 'acct_a'",
           // Two entries change places.
           "UPDATE purser_ledger SET seq = 50 WHERE seq = 1 AND " + of_a + "; UPDATE purser_ledger SET seq = 1 WHERE seq = 2 AND " + of_a +
               "; UPDATE purser_ledger SET seq = 2 WHERE seq = 50 AND " + of_a}) {
    INFO(tampering);
    const engine::LedgerVerified found = after(folder, tampering);
    CHECK_FALSE(found.intact);
    CHECK(found.broken.size() == 1);
  }
  World world({.database = adapters::sqlite_database({.path = folder.file("store.db")})});
  CHECK(world.engine->ledger_verify("acct_a").intact);
  CHECK(world.engine->ledger_verify("acct_a").chains == 1);
  CHECK(reason_of([&] { world.engine->ledger_verify("acct_gone"); }) == "account_not_found");
}
