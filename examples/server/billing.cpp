#include "billing.hpp"

#include <algorithm>
#include <cctype>

#include "json.hpp"

namespace host {
namespace {

constexpr std::int64_t second_ms = 1000;

bool plain_id(const std::string &id) {
  return !id.empty() && std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c) || c == '_'; });
}

}  // namespace

Renewal read_renewal(const purser::Purser &purser, const std::string &subscription) {
  Renewal renewal;
  if (!plain_id(subscription)) return renewal;
  const purser::QueryAnswer answer =
      purser.query({.sql = "select record from purser_v_subscription where subscription = '" + subscription + "'"});
  const auto *text = answer.rows.empty() ? nullptr : std::get_if<std::string>(&answer.rows[0][0]);
  const auto record = text ? json::read_object(*text) : std::nullopt;
  if (!record) return renewal;
  renewal.status = json::text_of(*record, "status");
  renewal.trial_end_ms = json::number_of(*record, "trial_end") * second_ms;
  if (const json::Value *items = record->if_contains("items"); items && items->is_array())
    for (const json::Value &item : items->as_array())
      if (item.is_object())
        renewal.period_end_ms = std::max(renewal.period_end_ms, json::number_of(item.as_object(), "current_period_end") * second_ms);
  renewal.ends_ms = json::number_of(*record, "cancel_at") * second_ms;
  const json::Value *at_end = record->if_contains("cancel_at_period_end");
  if (renewal.ends_ms == 0 && at_end && at_end->is_bool() && at_end->as_bool()) renewal.ends_ms = renewal.period_end_ms;
  return renewal;
}

std::vector<Held> read_held(const purser::Purser &purser, const purser::AccountView &view) {
  std::vector<Held> held;
  for (const purser::GrantHeld &grant : view.grants)
    if (grant.reason != "ended" && grant.valid_until_ms != 0) held.push_back({grant, read_renewal(purser, grant.subscription)});
  return held;
}

}  // namespace host
