// What a store holds, as far as two stores with the same history must agree on it.
#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "engine/engine.hpp"

namespace purser::test {

struct StoreState {
  std::map<std::string, std::int64_t> rows;  ///< by table
  std::string hash;
  bool operator==(const StoreState &) const = default;
};
StoreState state_of(engine::Engine &engine, ports::SqlDatabase &database);
std::set<std::string> stored_events(ports::SqlDatabase &database);
/// Empty, or what is damaged: pages, references between rows, an account's ledger chain.
std::string damage_of(ports::SqlDatabase &database);

}  // namespace purser::test
