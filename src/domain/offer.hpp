// What is sold: one price of the catalog with what it buys.
#pragma once
#include <cstdint>
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

}  // namespace purser::domain
