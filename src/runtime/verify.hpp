// A delivery judged without a store: what webhook_verify answers.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace purser::runtime {

struct Verified {
  bool accepted = false;
  std::string verdict;
  std::string message;
  std::string event_id;
  std::string event_type;
  bool thin = false;
  bool livemode = false;
  TimeMs created_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Verified, (), (accepted, verdict, message, event_id, event_type, thin, livemode, created_ms))

/// `now` 0: the system's clock. `tolerance_s` 0: 300.
Verified verify(std::string_view body, std::string_view signature, std::span<const std::string> secrets, TimeMs now,
                std::int64_t tolerance_s);

}  // namespace purser::runtime
