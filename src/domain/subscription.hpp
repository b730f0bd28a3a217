// A subscription reduced to the fields that the fold compares and access needs: the allow-list of FOLD.md section 2.
// Times are Stripe's unix seconds; 0 = not set. Texts that are whole JSON values are canonical JSON.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace purser::domain {

using Metadata = std::map<std::string, std::string>;

struct SubscriptionItem {
  std::string id;
  std::string price;                      ///< price id, or the plan's id on old shapes
  std::int64_t quantity = 0;              ///< 0 where the item has none (metered)
  std::int64_t current_period_start = 0;  ///< the subscription's where the item has none (before basil)
  std::int64_t current_period_end = 0;
  bool operator==(const SubscriptionItem &) const = default;
};
BOOST_DESCRIBE_STRUCT(SubscriptionItem, (), (id, price, quantity, current_period_start, current_period_end))

struct Subscription {
  std::string customer;
  std::string status;
  std::vector<SubscriptionItem> items;  ///< sorted by id
  Metadata metadata;
  std::int64_t cancel_at = 0;
  bool cancel_at_period_end = false;
  std::int64_t canceled_at = 0;
  std::int64_t ended_at = 0;
  std::int64_t trial_start = 0;
  std::int64_t trial_end = 0;
  std::string trial_end_behavior;  ///< trial_settings.end_behavior.missing_payment_method
  std::string pause_collection;    ///< canonical JSON, empty when not paused
  std::string pending_update;      ///< canonical JSON
  std::string collection_method;
  std::string default_payment_method;
  std::string default_source;
  std::string latest_invoice;
  std::string schedule;
  std::vector<std::string> discounts;  ///< ids, sorted
  bool operator==(const Subscription &) const = default;

  std::int64_t period_start() const;  ///< max over items
  std::int64_t period_end() const;    ///< max over items: access; min would be the next renewal
};
BOOST_DESCRIBE_STRUCT(Subscription, (),
                      (customer, status, items, metadata, cancel_at, cancel_at_period_end, canceled_at, ended_at, trial_start, trial_end,
                       trial_end_behavior, pause_collection, pending_update, collection_method, default_payment_method, default_source,
                       latest_invoice, schedule, discounts))

/// canceled or incomplete_expired: no fact takes a subscription out of these.
bool terminal_status(std::string_view status);

}  // namespace purser::domain
