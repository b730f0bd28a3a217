#include "store/nobodys.hpp"

#include <array>
#include <charconv>

#include "base/json.hpp"

namespace purser::store {
namespace {

constexpr char between = '\x1f';  // in no id of Stripe's

}  // namespace

std::string cursor_text(const NobodysRow &row) {
  return std::to_string(row.seen_at_ms) + between + row.key.type + between + row.key.id + between + row.key.stripe_account;
}

std::optional<NobodysCursor> nobodys_cursor(std::string_view text) {
  NobodysCursor cursor;
  if (text.empty()) return cursor;
  std::array<std::string_view, 4> parts;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::size_t end = text.find(between);
    if ((end == std::string_view::npos) != (i + 1 == parts.size())) return std::nullopt;
    parts[i] = text.substr(0, end);
    if (end != std::string_view::npos) text.remove_prefix(end + 1);
  }
  const auto [end, error] = std::from_chars(parts[0].data(), parts[0].data() + parts[0].size(), cursor.seen_at_ms);
  if (error != std::errc() || end != parts[0].data() + parts[0].size()) return std::nullopt;
  cursor.type = parts[1];
  cursor.id = parts[2];
  cursor.stripe_account = parts[3];
  return cursor;
}

std::vector<NobodysRow> nobodys(ports::SqlSession &db, domain::Outcome outcome, const NobodysCursor &after, std::int64_t limit) {
  std::vector<NobodysRow> rows;
  db.execute(
      "SELECT livemode, stripe_account, object_type, object_id, customer, seen_at_ms FROM purser_objects WHERE outcome = $1 AND "
      "outcome IN (4, 5) AND (seen_at_ms, object_type, object_id, stripe_account) > ($2, $3, $4, $5) "
      "ORDER BY seen_at_ms, object_type, object_id, stripe_account LIMIT $6",
      {static_cast<std::int64_t>(outcome), after.seen_at_ms, after.type, after.id, after.stripe_account, limit},
      [&](const ports::SqlRow &row) {
        rows.push_back({{row.integer(0) != 0, std::string(row.text(1)), std::string(row.text(2)), std::string(row.text(3))},
                        std::string(row.text(4)),
                        outcome,
                        row.integer(5)});
        return true;
      });
  return rows;
}

std::string suggestion(ports::SqlSession &db, const NobodysRow &row) {
  std::string found;
  const bool itself = row.key.type == "checkout.session";
  const std::string_view sql =
      itself ? "SELECT record FROM purser_objects WHERE object_id = $1 AND livemode = $2 AND stripe_account = $3 AND object_type = "
               "'checkout.session'"
             : "SELECT record FROM purser_objects WHERE customer = $1 AND livemode = $2 AND stripe_account = $3 AND object_type = "
               "'checkout.session' ORDER BY object_id";
  if (!itself && row.customer.empty()) return found;
  db.execute(sql, {itself ? row.key.id : row.customer, std::int64_t{row.key.livemode}, row.key.stripe_account},
             [&](const ports::SqlRow &session) {
               const json::Parsed record = json::parse(session.text(0));
               found = json::as_text(json::find(&record.root, "client_reference_id"));
               return found.empty();
             });
  return found;
}

ReceivedTotals received_totals(ports::SqlSession &db) {
  ReceivedTotals totals;
  db.execute(
      "SELECT (SELECT count(*) FROM purser_events), (SELECT count(*) FROM purser_quarantine), "
      "(SELECT count(*) FROM purser_objects WHERE doubt <> 0), (SELECT count(*) FROM purser_objects WHERE outcome = 4), "
      "(SELECT count(*) FROM purser_objects WHERE outcome = 5)",
      {}, [&](const ports::SqlRow &row) {
        totals = {row.integer(0), row.integer(1), row.integer(2), row.integer(3), row.integer(4)};
        return false;
      });
  return totals;
}

}  // namespace purser::store
