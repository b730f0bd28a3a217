// expand[]: an id becomes the object it names, a member that Stripe leaves out by default is put in.
#include "sandbox/call.hpp"
#include "sandbox/invoice.hpp"
#include "sandbox/session.hpp"

namespace purser::sandbox {
namespace {

constexpr int depth_max = 4;

[[noreturn]] void cannot(const std::string &whole) { throw invalid_request("This property cannot be expanded (" + whole + ").", "expand"); }

Array rows_having(World &world, Table &table, std::string_view member, std::string_view id) {
  (void)world;
  Array out;
  const auto places = table.having(member, id);
  for (auto place = places.rbegin(); place != places.rend(); ++place)
    if (!table.at(*place).deleted && text(table.at(*place).object, member) == id) out.push_back(table.at(*place).object);
  return out;
}

/// Members that are there only when they are asked for.
bool include(World &world, Object &object, std::string_view key) {
  const std::string kind(text(object, "object")), id(text(object, "id"));
  if (kind == "checkout.session" && key == "line_items") {
    object[key] = session_line_items(world, id);
  } else if (kind == "invoice" && key == "payments") {
    object[key] = list_object(rows_having(world, world.invoice_payments, "invoice", id), false, "/v1/invoices/payments");
  } else if (kind == "invoice" && key == "confirmation_secret") {
    object[key] = confirmation_secret(world, id);
  } else if (kind == "customer" && key == "subscriptions") {
    Array live;
    for (const Value &each : rows_having(world, world.subscriptions, "customer", id))
      if (const std::string_view status = text(each.get_object(), "status"); status != "canceled" && status != "incomplete_expired")
        live.push_back(each);
    object[key] = list_object(std::move(live), false, "/v1/customers/" + id + "/subscriptions");
  } else if (kind == "customer" && key == "sources") {
    object[key] = list_object({}, false, "/v1/customers/" + id + "/sources");
  } else if (kind == "customer" && key == "tax") {
    object[key] = shape(R"({"automatic_tax": "unrecognized_location", "ip_address": null, "location": null, "provider": "stripe"})");
  } else if (kind == "customer" && key == "invoice_credit_balance") {
    object[key] = Object();
  } else if (kind == "charge" && key == "refunds") {
    Array refunds = rows_having(world, world.refunds, "charge", id);
    const std::size_t count = refunds.size();
    Object list = list_object(std::move(refunds), false, "/v1/charges/" + id + "/refunds");
    list["total_count"] = count;
    object[key] = std::move(list);
  } else {
    return false;
  }
  return true;
}

void expand_path(World &world, Value &at, std::string_view path, const std::string &whole, int depth) {
  if (at.is_array()) {
    for (Value &element : at.get_array()) expand_path(world, element, path, whole, depth);
    return;
  }
  if (path.empty()) return;
  if (!at.is_object()) {
    if (at.is_null()) return;
    cannot(whole);
  }
  Object &object = at.get_object();
  const std::size_t dot = path.find('.');
  const std::string key(path.substr(0, dot));
  const std::string_view rest = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  if (!object.contains(key) && !include(world, object, key)) cannot(whole);
  Value &member = object[key];
  const auto replace = [&](Value &value) {
    if (!value.is_string() || key == "id") return;
    const std::string id(value.get_string());
    Table *const table = world.table_of(id);
    if (!table) return;
    const Row &row = *table->find(id);
    value = row.deleted ? deleted_stub(id, text(row.object, "object")) : row.object;
  };
  if (member.is_string() && !world.table_of(member.get_string())) cannot(whole);
  replace(member);
  if (member.is_array())
    for (Value &element : member.get_array()) replace(element);
  if (rest.empty()) return;
  if (depth == depth_max) throw invalid_request("You cannot expand more than 4 levels of a property (" + whole + ").", "expand");
  expand_path(world, member, rest, whole, depth + 1);
}

}  // namespace

void expand(World &world, Value &answer, const std::vector<std::string> &paths) {
  for (const std::string &path : paths) expand_path(world, answer, path, path, 1);
}

}  // namespace purser::sandbox
