// A catalog, a clock and grants for the tests of the snapshot.
#pragma once
#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/catalog.hpp"
#include "domain/grant.hpp"
#include "ports/clock.hpp"

namespace purser::testing {

/// Its two readings are set by the test; how often the exact one was read is counted.
class SetClock : public ports::Clock {
 public:
  TimeMs exact_ms() const override {
    exact_reads.fetch_add(1, std::memory_order_relaxed);
    return exact.load(std::memory_order_relaxed);
  }
  TimeMs coarse_ms() const override { return coarse.load(std::memory_order_relaxed); }
  void set(TimeMs now_ms, TimeMs lag_ms = 0) {
    exact = now_ms;
    coarse = now_ms - lag_ms;
  }
  std::atomic<TimeMs> exact{1}, coarse{1};
  mutable std::atomic<int> exact_reads{0};
};

inline domain::Tier tier(std::string key, std::vector<std::string> features) {
  return {std::move(key), "", {}, std::move(features), {}, {}};
}

/// Two products (the first with an alias), one add-on.
inline domain::Catalog two_products() {
  domain::Catalog c;
  c.features = {{"crm", ""}, {"export", ""}, {"reports", ""}, {"seats", ""}, {"video", ""}};
  c.products = {{"site", "", {"web"}, {tier("free", {"reports"}), tier("pro", {"reports", "crm"}), tier("team", {"export"})}, "free", 0},
                {"video", "", {}, {tier("none", {}), tier("plus", {"video"})}, "none", 0}};
  c.add_ons = {{"pack", "", {}, {"seats"}, {}, {}}};
  c.build_index();
  return c;
}

/// The next version: `crm` is gone, `mail` is new and everyone's, a third product stands beside.
inline domain::Catalog three_products() {
  domain::Catalog c = two_products();
  c.features = {{"export", ""}, {"mail", ""}, {"reports", ""}, {"seats", ""}, {"video", ""}};
  c.products[0].tiers = {tier("free", {"reports", "mail"}), tier("pro", {"reports", "mail", "export"}), tier("team", {"export"})};
  c.products.push_back({"zoo", "", {}, {tier("cage", {}), tier("park", {"mail"})}, "cage", 0});
  c.build_index();
  return c;
}

inline std::shared_ptr<const domain::Catalog> shared(domain::Catalog catalog) {
  return std::make_shared<const domain::Catalog>(std::move(catalog));
}

inline domain::Grant held(std::string product, std::string tier_key, TimeMs until_ms) {
  domain::Grant grant;
  grant.product = std::move(product);
  grant.tier = std::move(tier_key);
  grant.valid_until_ms = until_ms;
  return grant;
}

}  // namespace purser::testing
