// For who runs the host: can what the store believes be trusted, and what waits for a decision.
#include "page_operator.hpp"

#include "money.hpp"

namespace host {
namespace {

struct Figure {
  const char *what;
  std::int64_t value;
  std::int64_t fine_below;  ///< from here on somebody should look
};

constexpr std::int64_t any = std::numeric_limits<std::int64_t>::max();

std::string figures(const purser::Health &health) {
  const Figure all[] = {{"Events stored", health.events, any},
                        {"Gaps per 1,000 events", health.gaps_per_1000_events, 10},
                        {"Gaps waiting", health.waiting_gaps, 100},
                        {"Objects fetched", health.fetches, any},
                        {"Not found at Stripe", health.not_found, 1},
                        {"Unconfirmed states", health.unconfirmed, 100},
                        {"Only in Stripe’s list", health.swept_missed, any},
                        {"Late events", health.late, any},
                        {"Parked", health.parked, any},
                        {"Foreign", health.foreign, any},
                        {"Quarantined", health.quarantined, 1},
                        {"Mismatched renderings", health.mismatched_renderings, 1}};
  std::string made;
  for (const Figure &one : all) {
    const bool look = one.value >= one.fine_below;
    made += "<div" + std::string(look ? " class=\"look\"" : "") + "><dt>" + one.what +
            (look ? "<span class=\"unseen\">, look at it</span>" : "") + "</dt><dd>" + grouped(one.value) + "</dd></div>";
  }
  const std::string swept = health.swept_until_ms > 0 ? "read up to " + date_and_time(health.swept_until_ms) : "never read";
  return "<section aria-labelledby=\"health\"><h2 id=\"health\">Health</h2><dl class=\"figures\">" + made +
         "</dl><p class=\"hint after\">Stripe’s list of events: " + esc(swept) + ".</p></section>";
}

std::string gap_rows(const std::vector<Gap> &gaps) {
  std::string rows;
  for (const Gap &one : gaps)
    rows += "<tr><th scope=\"row\"><code>" + esc(one.id) + "</code><span class=\"under\">" + esc(one.type) + "</span></th><td>" +
            esc(one.reason) + "</td><td>" + esc(date_and_time(one.due_at_ms)) + "</td></tr>";
  return rows;
}

std::string gaps(const Frame &frame, const OperatorView &view) {
  std::string made = "<section aria-labelledby=\"gaps\"><h2 id=\"gaps\">Gaps</h2>";
  if (!view.said.empty()) made += notice("good", "<p id=\"said\">" + esc(view.said) + "</p>");
  made += view.gaps.empty() ? "<p class=\"hint\">None: the events told everything.</p>"
                            : "<div class=\"card table\"><table><thead><tr><th scope=\"col\">Object</th><th scope=\"col\">Why</th><th "
                              "scope=\"col\">Fetched from</th></tr></thead><tbody>" +
                                  gap_rows(view.gaps) + "</tbody></table></div>";
  if (frame.sandbox)
    made += "<div class=\"row after\">" + button("/operator/fetch", frame.csrf, "", "Fetch now", "quiet") +
            button("/operator/sweep", frame.csrf, "", "Sweep now", "quiet") + "</div>";
  return made + "</section>";
}

std::string parked_item(const Frame &frame, const purser::ParkedObject &one) {
  const std::string field = "link-" + one.id;
  std::string made = "<li class=\"option\"><div><h3>" + esc(one.type) + "</h3><p class=\"hint\"><code>" + esc(one.id) + "</code>, since " +
                     esc(date(one.since_ms)) + "</p></div>";
  if (one.customer.empty()) return made + "</li>";
  return made + "<form class=\"link-form\" method=\"post\" action=\"/operator/link\">" + hidden("csrf", frame.csrf) +
         hidden("customer", one.customer) + "<label for=\"" + esc(field) + "\">Customer <code>" + esc(one.customer) +
         "</code> belongs to</label><div class=\"row\"><input id=\"" + esc(field) +
         "\" name=\"account\" required maxlength=\"200\" value=\"" + esc(one.suggestion) +
         "\" placeholder=\"usr_…\" autocomplete=\"off\"><button class=\"button\" type=\"submit\">Link<span class=\"unseen\"> " +
         esc(one.customer) + "</span></button></div></form></li>";
}

std::string parked(const Frame &frame, const OperatorView &view) {
  std::string items;
  for (const purser::ParkedObject &one : view.parked.objects) items += parked_item(frame, one);
  std::string made = "<section aria-labelledby=\"parked\"><div class=\"heading\"><h2 id=\"parked\">" +
                     std::string(view.foreign ? "Foreign" : "Parked") + "</h2><a href=\"/operator" +
                     (view.foreign ? "\">Parked instead" : "?foreign=1\">Foreign instead") + "</a></div>";
  made += items.empty()
              ? "<p class=\"hint\">" +
                    std::string(view.foreign ? "Nothing of another application." : "Nothing: every customer belongs to somebody.") + "</p>"
              : "<ul class=\"card options\">" + items + "</ul>";
  if (!view.parked.next.empty())
    made += "<p class=\"after\">" +
            link_button("/operator?after=" + encoded(view.parked.next) + (view.foreign ? "&foreign=1" : ""), "More", "quiet") + "</p>";
  return made + "</section>";
}

}  // namespace

std::string operator_page(const Frame &frame, const OperatorView &view) {
  return page(frame, "<div class=\"head\"><div><h1>Operator</h1><p class=\"hint\">" +
                         std::string(frame.sandbox ? "On the sandbox everybody who signed in may see this."
                                                   : "Only for the addresses of --operator.") +
                         "</p></div></div>" + figures(view.health) + gaps(frame, view) + parked(frame, view));
}

}  // namespace host
