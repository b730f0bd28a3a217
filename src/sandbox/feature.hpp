// Features of Stripe's own entitlements, and which product gives them.
#pragma once
#include "sandbox/world.hpp"

namespace purser::sandbox {

/// By its lookup key; made where there is none.
std::string feature_named(World &world, std::string_view lookup_key);
/// From now on who pays for the product is entitled to it. The id of what joins the two: prodft_….
std::string put_feature(World &world, const std::string &product, const std::string &feature);
/// Everybody who pays for the product is looked at again.
void refresh_entitled(World &world, std::string_view product);

}  // namespace purser::sandbox
