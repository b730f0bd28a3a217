// A subscription schedule: what a subscription will become, and when.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace purser::domain {

struct ScheduleItem {
  std::string price;
  std::int64_t quantity = 0;
  bool operator==(const ScheduleItem &) const = default;
};
BOOST_DESCRIBE_STRUCT(ScheduleItem, (), (price, quantity))

struct SchedulePhase {
  std::int64_t start_s = 0;
  std::int64_t end_s = 0;
  std::vector<ScheduleItem> items;
  bool operator==(const SchedulePhase &) const = default;
};
BOOST_DESCRIBE_STRUCT(SchedulePhase, (), (start_s, end_s, items))

struct Schedule {
  std::string customer;
  std::string subscription;  ///< empty before the start and after the end
  std::string released_subscription;
  std::string status;        ///< not_started, active, completed, released, canceled
  std::string end_behavior;  ///< release, cancel
  std::vector<SchedulePhase> phases;
  bool operator==(const Schedule &) const = default;
};
BOOST_DESCRIBE_STRUCT(Schedule, (), (customer, subscription, released_subscription, status, end_behavior, phases))

/// completed, released or canceled: no fact takes a schedule out of these.
bool terminal_schedule(std::string_view status);

}  // namespace purser::domain
