// What Purser reads of Stripe's answers beside the objects that fold.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"

namespace purser::stripe {

/// A price as it stands at Stripe.
struct PriceFacts {
  std::string id;
  std::string lookup_key;
  std::string currency;
  std::string interval;  ///< empty for a one-time price
  std::int64_t interval_count = 1;
  std::optional<std::int64_t> unit_amount;  ///< nullopt: tiered, custom or a fraction of a minor unit
  bool active = false;
};
PriceFacts read_price(const json::object &raw);

/// What a session or a customer that we made says of itself.
struct MadeObject {
  std::string id;
  std::string url;
  std::string status;
  std::int64_t expires_at_s = 0;
  std::string intent;  ///< metadata.purser_intent
};
MadeObject read_made(const json::object &raw);

/// One page of a list.
struct Page {
  std::vector<const json::object *> elements;
  bool more = false;
};
Page read_page(const json::value &raw);

}  // namespace purser::stripe
