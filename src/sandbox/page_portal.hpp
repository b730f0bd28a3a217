// The parts of the portal page: what it reads of a customer, and the forms for one subscription, the card and the invoices.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "sandbox/sandbox.hpp"

namespace purser::sandbox::portal {

/// Everything that one page shows, read before it is written.
struct View {
  Portal portal;
  json::value customer;
  std::vector<json::value> subscriptions;  ///< newest first, ended ones included
  std::vector<json::value> invoices;
  std::vector<json::value> prices;  ///< recurring ones, product expanded
};
View read(Sandbox &box, const Portal &portal);
/// nullptr where this customer has no such subscription.
const json::value *by_id(const View &view, std::string_view subscription);

/// What the buttons beside a subscription do.
enum class Offered { everything, change, cancel, confirm };
bool lives(const json::value &subscription);
std::string subscription_section(const View &view, const json::value &subscription, Offered offered);
std::string card_form(const View &view);
std::string invoice_table(const View &view);

/// 1 … 1,000,000; 0 = as it is. Throws Failure(invalid).
std::int64_t quantity_of(std::string_view typed);

/// Only what a page of ours said is shown from an address: a code stands there, never a text.
std::string code_of(std::string_view said);
std::string said_by(std::string_view code);

}  // namespace purser::sandbox::portal
