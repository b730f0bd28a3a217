// Products and prices.
#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

struct NewPrice {
  std::string id;  ///< empty = made
  std::string product, lookup_key, currency;
  std::int64_t unit_amount = 0;
  std::string interval;  ///< empty = one_time
  std::int64_t interval_count = 1;
  bool active = true;
};

Object new_product(World &world, std::string_view id, std::string_view name);
Object new_price(World &world, const NewPrice &price);
/// The old view of a recurring price: {object: plan}.
Object plan_of(const Object &price);
/// By id, else by lookup key; nullptr where there is none.
const Object *find_price(World &world, std::string_view id_or_lookup_key);
/// unit_amount · quantity.
std::int64_t price_amount(const Object &price, std::int64_t quantity);
bool is_recurring(const Object &price);
/// `$10.00 / month`.
std::string price_text(const Object &price);
std::string product_name(World &world, const Object &price);

}  // namespace purser::sandbox
