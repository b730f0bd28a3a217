#include "domain/subscription.hpp"

#include <algorithm>

namespace purser::domain {
namespace {

std::int64_t latest(const std::vector<SubscriptionItem> &items, std::int64_t SubscriptionItem::*time) {
  std::int64_t found = 0;
  for (const SubscriptionItem &item : items) found = std::max(found, item.*time);
  return found;
}

}  // namespace

std::int64_t Subscription::period_start() const { return latest(items, &SubscriptionItem::current_period_start); }
std::int64_t Subscription::period_end() const { return latest(items, &SubscriptionItem::current_period_end); }

bool terminal_status(std::string_view status) { return status == "canceled" || status == "incomplete_expired"; }

}  // namespace purser::domain
