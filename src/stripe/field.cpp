#include "stripe/field.hpp"

namespace purser::stripe {

std::string price_id(const json::object &item) {
  std::string price = id(item, "price");
  return price.empty() ? id(item, "plan") : price;
}

std::string whole(const json::object &o, std::string_view key) {
  const json::value *found = field(o, key);
  if (!found) return {};
  const json::value kept = json::pruned(*found);
  const bool set = !kept.is_null() && !(kept.is_object() && kept.get_object().empty()) && !(kept.is_array() && kept.get_array().empty());
  return set ? json::canonical(kept) : std::string();
}

domain::Metadata metadata(const json::object &o) {
  domain::Metadata out;
  const json::object *entries = child(o, "metadata");
  if (!entries) return out;
  for (const auto &entry : *entries) {
    if (entry.value().is_null()) continue;
    // Stripe sends strings only; anything else is kept as its JSON text.
    out.emplace(entry.key(), entry.value().is_string() ? std::string(json::as_text(&entry.value())) : json::canonical(entry.value()));
  }
  return out;
}

const json::array *list(const json::object &o, std::string_view key) {
  const json::value *found = field(o, key);
  const json::value *data = json::find(found, "data");
  return json::as_array(data ? data : found);
}

}  // namespace purser::stripe
