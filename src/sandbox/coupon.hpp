// Coupons, promotion codes, and the discounts that they make.
#pragma once
#include "sandbox/params.hpp"
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// di_… of a coupon (and promotion code, or empty) for a customer or a subscription of theirs.
std::string make_discount(World &world, std::string_view coupon, std::string_view promotion_code, std::string_view customer,
                          std::string_view subscription, std::string_view session);
/// `discounts[0][coupon]`, `[promotion_code]`: pairs of coupon and promotion code; throws where one does not exist or is not valid.
std::vector<std::pair<std::string, std::string>> read_discounts(World &world, const Params &params, std::string_view key = "discounts");
/// promo_… of an active code as a buyer types it; empty where there is none.
std::string find_promotion_code(World &world, std::string_view code);
std::vector<std::string> customer_discounts(World &world, std::string_view customer);
/// Fills the invoice's discounts and returns what they take off. `settle` = `once` is used up.
std::int64_t apply_discounts(World &world, Object &invoice, const std::vector<std::string> &discounts, std::string_view subscription,
                             bool settle);
std::int64_t discount_of(const Object &coupon, std::int64_t amount, std::string_view currency);
void redeem(World &world, std::string_view coupon, std::string_view promotion_code);

}  // namespace purser::sandbox
