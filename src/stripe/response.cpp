#include "stripe/response.hpp"

#include "stripe/field.hpp"
#include "stripe/request.hpp"

namespace purser::stripe {

PriceFacts read_price(const json::object &raw) {
  PriceFacts p;
  p.id = text(raw, "id");
  p.lookup_key = text(raw, "lookup_key");
  p.currency = text(raw, "currency");
  p.unit_amount = json::as_integer(field(raw, "unit_amount"));
  p.active = flag(raw, "active");
  if (const json::object *recurring = child(raw, "recurring")) {
    p.interval = text(*recurring, "interval");
    p.interval_count = json::as_integer(field(*recurring, "interval_count")).value_or(1);
  }
  return p;
}

MadeObject read_made(const json::object &raw) {
  MadeObject m;
  m.id = text(raw, "id");
  m.url = text(raw, "url");
  m.status = text(raw, "status");
  m.expires_at_s = integer(raw, "expires_at");
  const domain::Metadata entries = metadata(raw);
  if (const auto found = entries.find(intent_metadata); found != entries.end()) m.intent = found->second;
  return m;
}

Page read_page(const json::value &raw) {
  Page page;
  const json::object *root = json::as_object(&raw);
  if (!root) return page;
  const json::value *data = field(*root, "data");
  if (!data || !data->is_array()) return page;
  for (const json::value &element : data->get_array())
    if (const json::object *object = json::as_object(&element)) page.elements.push_back(object);
  page.more = flag(*root, "has_more");
  return page;
}

}  // namespace purser::stripe
