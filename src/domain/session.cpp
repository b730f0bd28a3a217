#include "domain/session.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <tuple>

namespace purser::domain {
namespace {

constexpr std::array<std::string_view, 3> statuses{"open", "expired", "complete"};
constexpr std::array<std::string_view, 3> payments{"unpaid", "no_payment_required", "paid"};

/// Absent < a word that is not known here < the known words in their order.
int rank(std::string_view word, const std::array<std::string_view, 3> &order) {
  if (word.empty()) return 0;
  const auto found = std::ranges::find(order, word);
  return found == order.end() ? 1 : 2 + static_cast<int>(found - order.begin());
}

/// A total order over facts, so that equal sets of facts join to equal sessions.
auto order(const SessionFact &f) {
  const Session &s = f.session;
  return std::tuple(rank(s.status, statuses), rank(s.payment_status, payments), f.created_s, std::string_view(f.fact),
                    std::tie(s.status, s.payment_status, s.mode, s.customer, s.subscription, s.payment_intent, s.invoice,
                             s.client_reference_id, s.email, s.amount_total, s.currency, s.metadata));
}

/// The greater word by rank; between words that are not known here the greater text.
void raise(std::string &word, const std::string &other, const std::array<std::string_view, 3> &words) {
  if (std::pair(rank(word, words), std::string_view(word)) < std::pair(rank(other, words), std::string_view(other))) word = other;
}

}  // namespace

Session join(std::span<const SessionFact> facts) {
  if (facts.empty()) return {};
  Session joined = std::ranges::max_element(facts, [](const auto &a, const auto &b) { return order(a) < order(b); })->session;
  for (const SessionFact &fact : facts) {
    raise(joined.status, fact.session.status, statuses);
    raise(joined.payment_status, fact.session.payment_status, payments);
    joined.async_failed = joined.async_failed || fact.session.async_failed;
  }
  return joined;
}

}  // namespace purser::domain
