// What a buyer sees: the checkout page, the customer portal. Plain HTML forms without JavaScript; every text is escaped; no asset from
// elsewhere.
#pragma once
#include <string_view>

#include "sandbox/sandbox.hpp"
#include "sandbox/server.hpp"

namespace purser::sandbox {

/// Answers every path that is not the API's: `/c/pay/<session id>`, `/p/session/<token>`, the style sheet, a front page. Never throws but
/// for lack of memory.
WebAnswer page(Sandbox &box, const WebRequest &request);

WebAnswer checkout_page(Sandbox &box, const WebRequest &request, std::string_view session);
WebAnswer portal_page(Sandbox &box, const WebRequest &request, std::string_view session);

/// Hands the waiting events to the webhook URL, if there is one, and waits for the answers: as Stripe does before it leads the buyer back.
void deliver_to_host(Sandbox &box);

}  // namespace purser::sandbox
