// The oracle's second half: what of the money for an item's current period, or for a one-time purchase, went back, by what Stripe says of
// refunds, disputes and invoices.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "box.hpp"

namespace purser::simulator {

/// What went back of what was paid for something.
struct Back {
  std::int64_t paid = 0, refunded = 0;
  bool disputed = false;  ///< a dispute has taken the money, or keeps it
  bool all() const { return paid > 0 && refunded >= paid; }
};

/// Everything at Stripe that tells of money that went back; nothing is asked for where none did.
class Refunds {
 public:
  Refunds() = default;
  explicit Refunds(const Box &box);

  Back of_item(const std::string &subscription, const json::Object &item) const;
  Back of_session(const json::Object &session) const;

 private:
  Back of_payment(const std::string &payment_intent) const;

  std::map<std::string, Back> payments_;                       ///< payment_intent → what went back; nothing here says what was paid
  std::map<std::string, std::vector<json::Object>> invoices_;  ///< of the subscriptions of which something went back
  std::map<std::string, std::vector<std::string>> intents_;    ///< invoice → payment_intents
};

}  // namespace purser::simulator
