#pragma once
#include "sandbox/invoice.hpp"

namespace purser::sandbox {

/// Keeps a line for the next invoice of the subscription, or of the customer where `subscription` is empty.
std::string add_pending_item(World &world, std::string_view customer, std::string_view subscription, std::string_view currency,
                             const NewLine &line);
/// The lines of what is pending; `settle` = they now belong to the invoice.
std::vector<NewLine> take_pending_items(World &world, std::string_view customer, std::string_view subscription, std::string_view currency,
                                        std::string_view invoice, bool settle);

}  // namespace purser::sandbox
