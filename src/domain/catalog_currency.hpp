#pragma once
#include <string_view>

namespace purser::domain::catalog {

/// ISO 4217 code of money that circulates, lower case as Stripe writes it.
bool is_currency(std::string_view code);

}  // namespace purser::domain::catalog
