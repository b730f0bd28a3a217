// Money moved to a connected account's balance. It has no status: it is there, or it was taken back.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <span>
#include <string>

#include "domain/join.hpp"

namespace purser::domain {

struct Transfer {
  std::string destination;  ///< acct_…
  std::int64_t amount = 0;
  std::int64_t amount_reversed = 0;
  bool reversed = false;  ///< wholly
  std::string currency;
  std::int64_t created_s = 0;
  bool operator==(const Transfer &) const = default;
};
BOOST_DESCRIBE_STRUCT(Transfer, (), (destination, amount, amount_reversed, reversed, currency, created_s))

Transfer join(std::span<const Seen<Transfer>> facts);

}  // namespace purser::domain
