// What is sold: one price of the catalog with what it buys.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/catalog.hpp"

namespace purser::domain {

/// The numbers are ABI (PURSER_MONTH …).
enum class Interval : std::int32_t { any = 0, day = 1, week = 2, month = 3, year = 4, once = 5 };
const char *name(Interval interval);

/// Where in the portal the customer arrives. The numbers are ABI (PURSER_PORTAL_*).
enum class PortalFlow : std::int32_t { home = 0, payment_method = 1, cancel = 2, update = 3, update_confirm = 4 };
const char *name(PortalFlow flow);

/// One price that is sold, and what it buys: exactly one of tier, add_on and one_time. Points into the catalog.
struct Offer {
  const Product *product = nullptr;
  const Tier *tier = nullptr;
  const AddOn *add_on = nullptr;
  const OneTime *one_time = nullptr;
  const Price *price = nullptr;
  bool recurring() const { return one_time == nullptr; }
  /// What of an account this takes: the product's key, add_on/KEY or one_time/KEY.
  std::string claim() const;
};

struct OfferWish {
  std::string_view tier;   ///< product/tier, a product, an add-on or a one-time item, by key or alias
  std::string_view price;  ///< a lookup key or a price id instead
  std::string_view currency;
  Interval interval = Interval::any;
};
/// The one offer that fits. Throws invalid (nothing or both said, several fit) or not_found (no such tier, nothing sold that fits); the
/// message names what is sold.
Offer find_offer(const Catalog &catalog, const OfferWish &wish);
/// By lookup key or id; a retired price is not sold. nullopt when the catalog lists no such price.
std::optional<Offer> offer_of_price(const Catalog &catalog, std::string_view lookup_key_or_id);

}  // namespace purser::domain
