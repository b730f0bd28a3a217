#include "domain/catalog_shapes.hpp"

namespace purser::domain::catalog {
namespace {

constexpr MemberRule root_members[] = {
    {"$schema"}, {"purser_catalog", true}, {"defaults"}, {"features"}, {"meters"}, {"products"}, {"add_ons"}, {"one_time"}};
constexpr MemberRule defaults_members[] = {{"trial_days"}, {"trial"},  {"grace_days"}, {"renewal_slack_hours"}, {"pause_collection"},
                                           {"unpaid"},     {"refund"}, {"dispute"},    {"stripe_entitlements"}};
constexpr MemberRule meter_members[] = {{"name"}, {"window", true}};
constexpr MemberRule product_members[] = {{"name"},       {"aliases"}, {"fallback", true, Reason::missing_fallback},
                                          {"trial_days"}, {"trial"},   {"refund"},
                                          {"dispute"},    {"order"},   {"tiers", true}};
constexpr MemberRule tier_members[] = {{"name"}, {"aliases"}, {"features"}, {"limits"}, {"prices"}};
constexpr MemberRule add_on_members[] = {{"name"}, {"aliases"}, {"features"}, {"limits"}, {"prices"}, {"refund"}, {"dispute"}};
constexpr MemberRule one_time_members[] = {{"name"}, {"aliases"}, {"credits"}, {"prices"}, {"refund"}, {"dispute"}};
constexpr MemberRule price_members[] = {{"lookup_key"},        {"id"},     {"currency", true}, {"interval", true}, {"interval_count"},
                                        {"unit_amount", true}, {"retired"}};
constexpr MemberRule one_time_price_members[] = {{"lookup_key"}, {"id"}, {"currency", true}, {"unit_amount", true}, {"retired"}};

}  // namespace

const Shape root_shape{"catalog", root_members};
const Shape defaults_shape{"defaults", defaults_members};
const Shape meter_shape{"meter", meter_members};
const Shape product_shape{"product", product_members};
const Shape tier_shape{"tier", tier_members};
const Shape add_on_shape{"add_on", add_on_members};
const Shape one_time_shape{"one_time", one_time_members};
const Shape price_shape{"price", price_members};
const Shape one_time_price_shape{"one_time_price", one_time_price_members};

std::span<const Shape *const> shapes() {
  static constexpr const Shape *all[] = {&root_shape,   &defaults_shape, &meter_shape, &product_shape,       &tier_shape,
                                         &add_on_shape, &one_time_shape, &price_shape, &one_time_price_shape};
  return all;
}

}  // namespace purser::domain::catalog
