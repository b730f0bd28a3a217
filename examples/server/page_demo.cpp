#include "page_demo.hpp"

#include "money.hpp"

namespace host {
namespace {

std::string clock(const Frame &frame, const DemoView &view) {
  const auto advance = [&](const std::string &by, const std::string &label) {
    return button("/demo/advance", frame.csrf, hidden("by", by), label, "quiet");
  };
  std::string made = "<section class=\"card\" aria-labelledby=\"clock\"><p class=\"eyebrow\">Time</p><h2 id=\"clock\"><time>" +
                     esc(date_and_time(view.now_ms)) +
                     "</time></h2><p class=\"hint\">The sandbox’s clock. Renewals, trial ends and retries happen on the way, each at its "
                     "own moment.</p><div class=\"row\">" +
                     advance("day", "+ 1 day") + advance("month", "+ 1 month");
  if (view.next_ms > 0)
    made += advance("period_end", "To " + esc(date(view.next_ms)) + "<span class=\"unseen\">, your next renewal or end</span>");
  return made + "</div></section>";
}

std::string waiting(const DemoView &view) {
  if (view.waiting.empty())
    return "<p class=\"hint\">No webhook waits" +
           std::string(view.holds ? ". Buy or change something, and come back." : ": they are delivered as they happen.") + "</p>";
  std::string rows;
  for (const Waiting &one : view.waiting) rows += "<li><code>" + esc(one.type) + "</code></li>";
  return "<ol class=\"waiting\" aria-label=\"Waiting webhooks\">" + rows + "</ol>";
}

std::string webhooks(const Frame &frame, const DemoView &view) {
  const auto deliver = [&](const std::string &order, const std::string &repeat, const std::string &label, const std::string &look) {
    return button("/demo/deliver", frame.csrf, hidden("order", order) + hidden("repeat", repeat), label, look);
  };
  std::string made = "<section class=\"card\" aria-labelledby=\"webhooks\"><p class=\"eyebrow\">Webhooks</p><h2 id=\"webhooks\">" +
                     (view.waiting.empty() ? std::string("None waits")
                                           : std::to_string(view.waiting.size()) + (view.waiting.size() == 1 ? " waits" : " wait")) +
                     "</h2>" + waiting(view) + "<div class=\"row\">" +
                     button("/demo/hold", frame.csrf, hidden("on", view.holds ? "" : "1"),
                            view.holds ? "Stop holding back" : "Hold the next webhooks back", view.holds ? "quiet" : "");
  if (!view.waiting.empty())
    made += deliver("shuffled", "3", "Reorder, and repeat each 3 times", "") +
            deliver("reversed", "1", "Reorder the next webhooks", "quiet") + deliver("created", "3", "Repeat each 3 times", "quiet") +
            deliver("created", "1", "Deliver in order", "quiet") + button("/demo/lose", frame.csrf, "", "Lose them for good", "quiet");
  return made + "</div></section>";
}

/// What a card and a bank do; the customer's card is at "Stripe".
std::string money_moves(const Frame &frame, const DemoView &view) {
  if (!view.has_customer) return "";
  const auto act = [&](const std::string &what, const std::string &label) {
    return button("/demo/money", frame.csrf, hidden("act", what), label, "quiet");
  };
  return "<section class=\"card\" aria-labelledby=\"money\"><p class=\"eyebrow\">Money</p><h2 id=\"money\">Your card and your bank</h2><p "
         "class=\"hint\">A failed payment shows at the next renewal. Refunds and disputes are about your last payment.</p><div "
         "class=\"row\">" +
         act("declined", "Let payments fail") + act("good", "Let them succeed") + act("refund", "Refund") + act("dispute", "Dispute") +
         act("won", "Win the dispute") + "</div></section>";
}

std::string hash_line(const std::string &label, const std::string &hash) {
  return "<div><dt>" + label + "</dt><dd><code class=\"hash\">" + esc(hash) + "</code></dd></div>";
}

std::string proof(const DemoView &view) {
  std::string made =
      "<section class=\"card wide\" aria-labelledby=\"proof\"><p class=\"eyebrow\">Promise 1</p><h2 id=\"proof\">Whatever order, whatever "
      "repetition: the same state</h2>";
  if (view.hash.empty()) return made + "<p class=\"hint\">Sign in to watch your account’s state hash.</p></section>";
  if (!view.last)
    return made +
           "<p class=\"hint\">Hold webhooks back, buy something, and deliver them here in a wild order. A second engine gets every event "
           "once and in order, "
           "as a witness.</p><dl class=\"facts\">" +
           hash_line("Your account now", view.hash) + "</dl></section>";
  const Delivered &last = *view.last;
  const bool equal = last.after == last.witness;
  made +=
      notice(equal && last.refused == 0 ? "good" : "bad",
             "<p id=\"verdict\">" + std::string(equal ? "Equal." : "Different.") + " " + std::to_string(last.events) + " events, " +
                 std::to_string(last.requests) + " deliveries (" + esc(last.how) + "), " + std::to_string(last.refused) + " refused.</p>");
  return made + "<dl class=\"facts\">" + hash_line("Before the delivery", last.before) + hash_line("After it", last.after) +
         hash_line("Witness: each once, in order", last.witness) + "</dl></section>";
}

}  // namespace

std::string demo_page(const Frame &frame, const DemoView &view) {
  return page(frame,
              "<div class=\"head\"><div><h1>Demo</h1><p class=\"hint\">Only a host on the sandbox has this page.</p></div></div><div "
              "class=\"panels\">" +
                  clock(frame, view) + webhooks(frame, view) + money_moves(frame, view) + proof(view) + "</div>");
}

}  // namespace host
