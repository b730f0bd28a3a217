#include "sandbox/call.hpp"

#include <algorithm>

namespace purser::sandbox {

Row &required_row(Table &table, std::string_view id, std::string_view parameter) {
  Row *row = table.find(id);
  if (!row || row->deleted) throw no_such(table.noun(), id, parameter);
  return *row;
}

Object deleted_stub(std::string_view id, std::string_view object) { return {{"id", id}, {"object", object}, {"deleted", true}}; }

Object list_object(Array data, bool has_more, std::string_view url) {
  return {{"object", "list"}, {"data", std::move(data)}, {"has_more", has_more}, {"url", url}};
}

std::size_t page_limit(const Params &params) {
  if (!params.text("starting_after").empty() && !params.text("ending_before").empty())
    throw invalid_request("You may only specify one of these parameters: starting_after, ending_before.");
  const std::int64_t limit = params.integer("limit").value_or(10);
  if (limit < 1) throw invalid_request("This value must be greater than or equal to 1.", "limit", "parameter_invalid_integer");
  if (limit > 100) throw invalid_request("This value must be less than or equal to 100.", "limit", "parameter_invalid_integer");
  return static_cast<std::size_t>(limit);
}

std::function<bool(std::int64_t)> created_filter(const Params &params, std::string_view key) {
  if (!params.has(key)) return [](std::int64_t) { return true; };
  std::int64_t from = INT64_MIN, to = INT64_MAX;
  if (params.holds_text(key)) {
    from = to = params.integer(key).value_or(0);
  } else {
    const Params range = params.inside(key);
    range.only({"gt", "gte", "lt", "lte"});
    if (const auto n = range.integer("gt")) from = std::max(from, *n + 1);
    if (const auto n = range.integer("gte")) from = std::max(from, *n);
    if (const auto n = range.integer("lt")) to = std::min(to, *n - 1);
    if (const auto n = range.integer("lte")) to = std::min(to, *n);
  }
  return [from, to](std::int64_t created) { return created >= from && created <= to; };
}

Value list_rows(Call &call, Table &table, const Listing &listing, std::string_view created) {
  const std::size_t limit = page_limit(call.params);
  const auto in_range = created_filter(call.params);
  const std::string after = call.params.text("starting_after"), before = call.params.text("ending_before");
  const auto place = [&](const std::string &id, std::string_view parameter) {
    if (!table.find(id)) throw no_such(table.noun(), id, parameter);
    return table.place_of(id);
  };
  const auto shown = [&](const Row &row) {
    if (row.deleted || !in_range(number(row.object, created, number(row.object, "date")))) return false;
    for (const auto &[member, value] : listing.equal)
      if (member_of(row, member) != value) return false;
    return !listing.also || listing.also(row);
  };
  // The places to look at: those of the first filter that has an index, or all.
  std::vector<std::size_t> places;
  bool all = true;
  for (const auto &[member, value] : listing.equal)
    if (all && table.indexes(member)) places = table.having(member, value), all = false;
  const std::size_t count = all ? table.size() : places.size();
  const auto at = [&](std::size_t i) { return all ? i : places[i]; };

  Array data;
  bool more = false;
  if (!before.empty()) {
    const std::size_t bound = place(before, "ending_before");
    for (std::size_t i = 0; i < count && !more; ++i) {
      if (at(i) <= bound || !shown(table.at(at(i)))) continue;
      if (data.size() == limit)
        more = true;
      else
        data.insert(data.begin(), table.at(at(i)).object);
    }
  } else {
    const std::size_t bound = after.empty() ? table.size() : place(after, "starting_after");
    for (std::size_t i = count; i-- > 0 && !more;) {
      if (at(i) >= bound || !shown(table.at(at(i)))) continue;
      if (data.size() == limit)
        more = true;
      else
        data.push_back(table.at(at(i)).object);
    }
  }
  return list_object(std::move(data), more, call.path);
}

Object address(const Params &params) {
  Object out;
  for (const std::string_view key : {"city", "country", "line1", "line2", "postal_code", "state"})
    out[key] = text_or_null(params.text(key));
  return out;
}

Value shipping(const Params &params, bool of_payment) {
  Object out = {{"address", address(params.inside("address"))}};
  for (const std::string_view key : {"carrier", "name", "phone", "tracking_number"})
    if (of_payment || key == "name" || key == "phone") out[key] = text_or_null(params.text(key));
  return out;
}

void check_email(const std::string &email, std::string_view parameter) {
  const std::size_t at = email.find('@');
  if (email.empty() || (at != std::string::npos && at > 0 && at + 1 < email.size() && email.find_first_of(" \t\r\n") == std::string::npos))
    return;
  throw invalid_request("Invalid email address: " + email, parameter, "email_invalid");
}

}  // namespace purser::sandbox
