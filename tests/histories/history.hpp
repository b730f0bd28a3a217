// A committed history: documents, and what `account show` must say after them in every order.
#pragma once
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/record.hpp"
#include "base/time.hpp"
#include "engine/engine.hpp"

namespace purser::test {

struct History {
  std::string name;
  std::vector<std::string> documents;
  std::int64_t at_s = 0;
  json::object show;
  json::object also;  ///< what is not the account's: earnings by connected account, drift by price
};

inline std::string read_text(const std::filesystem::path &path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::vector<History> histories(const std::filesystem::path &folder) {
  std::vector<History> all;
  for (const auto &entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".jsonl") continue;
    History history;
    history.name = entry.path().stem().string();
    std::istringstream lines(read_text(entry.path()));
    for (std::string line; std::getline(lines, line);)
      if (!line.empty()) history.documents.push_back(line);
    const json::Parsed expected = json::parse(read_text(folder / (history.name + ".expected.json")));
    if (expected.fault != json::Fault::none) throw std::runtime_error(history.name + ": its expectation is no JSON");
    history.at_s = expected.root.at("at").as_int64();
    history.show = expected.root.at("show").as_object();
    if (const json::value *also = json::find(&expected.root, "also")) history.also = also->as_object();
    all.push_back(std::move(history));
  }
  std::sort(all.begin(), all.end(), [](const History &a, const History &b) { return a.name < b.name; });
  return all;
}

/// What `purser account show --json` prints, less the hash.
inline json::object show(const engine::AccountView &view) {
  json::object tiers, limits;
  json::array features, grants;
  for (const auto &held : view.tiers) tiers[held.product] = held.tier;
  for (const auto &feature : view.features) features.emplace_back(feature);
  for (const auto &held : view.limits) {
    json::value limit = held.limit;
    if (held.limit < 0) limit = nullptr;
    limits[held.meter] = json::object{{"limit", limit}, {"window", held.window}};
  }
  for (const auto &g : view.grants)
    grants.push_back(json::object{{"tier", g.product.empty() ? g.tier : g.product + "/" + g.tier},
                                  {"cause", g.cause},
                                  {"subscription", g.subscription},
                                  {"item", g.item},
                                  {"price", g.price},
                                  {"status", g.status},
                                  {"reason", g.reason},
                                  {"valid_until_ms", g.valid_until_ms},
                                  {"unconfirmed", g.unconfirmed}});
  json::value customer = nullptr;
  if (!view.customer.empty()) customer = std::string_view(view.customer);
  return {{"account", view.account}, {"mode", view.mode}, {"customer", customer}, {"tiers", tiers},
          {"features", features},    {"limits", limits},  {"grants", grants}};
}

/// What `expected` names, as the engine says it.
inline json::object also(engine::Engine &engine, const json::object &expected) {
  json::object found;
  if (const json::value *earnings = expected.if_contains("earnings")) {
    json::object accounts;
    for (const auto &account : earnings->as_object())
      accounts[account.key()] = to_json(engine.earning_read(account.key(), 0, "").sums, Defaults::keep);
    found["earnings"] = std::move(accounts);
  }
  if (expected.contains("drift")) {
    json::object drift;
    const engine::Table table = engine.query("SELECT object, detail FROM purser_v_finding WHERE finding = 'price_drift'", 100);
    for (std::size_t i = 0; i + 1 < table.cells.size(); i += 2) drift[table.cells[i].text] = std::string_view(table.cells[i + 1].text);
    found["drift"] = std::move(drift);
  }
  return found;
}

}  // namespace purser::test
