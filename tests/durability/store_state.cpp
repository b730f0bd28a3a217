#include "durability/store_state.hpp"

#include "base/hash.hpp"
#include "store/ledger.hpp"
#include "store/schema.hpp"
#include "support/sql.hpp"

namespace purser::test {

StoreState state_of(engine::Engine &engine, ports::SqlDatabase &database) {
  StoreState state;
  state.hash = engine.replay("", true).state_hash;
  const auto session = database.open(true);
  for (const std::string &table : texts(*session, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
    state.rows[table] = number(*session, "SELECT count(*) FROM " + table);
  }
  return state;
}

std::set<std::string> stored_events(ports::SqlDatabase &database) {
  const auto ids = texts(*database.open(true), "SELECT id FROM purser_v_event");
  return {ids.begin(), ids.end()};
}

std::string damage_of(ports::SqlDatabase &database) {
  const auto session = database.open(true);
  if (texts(*session, "PRAGMA integrity_check") != std::vector<std::string>{"ok"}) return "integrity_check fails";
  if (!texts(*session, "PRAGMA foreign_key_check").empty()) return "foreign_key_check fails";
  const HmacKey key(store::read_stamp(*session).ledger_key);
  for (const std::string &account : texts(*session, "SELECT account FROM purser_v_account")) {
    if (!store::verify_ledger(*session, key, account).intact) return "the ledger of " + account + " is broken";
  }
  return {};
}

}  // namespace purser::test
