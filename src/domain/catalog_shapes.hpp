// Which members each object of a catalog has. catalog.schema.json says the same, and a test compares the two.
#pragma once
#include <span>
#include <string_view>

#include "domain/catalog_mistakes.hpp"

namespace purser::domain::catalog {

struct MemberRule {
  std::string_view name;
  bool required = false;
  Reason absent = Reason::missing_member;  ///< what to call its absence
};
/// `name` is the schema's definition, and what messages call the object.
struct Shape {
  std::string_view name;
  std::span<const MemberRule> members;
};

extern const Shape root_shape, defaults_shape, meter_shape, product_shape, tier_shape, add_on_shape, one_time_shape, price_shape,
    one_time_price_shape;
std::span<const Shape *const> shapes();

}  // namespace purser::domain::catalog
