#include "engine/erasing.hpp"

#include <algorithm>

#include "base/json.hpp"
#include "base/record.hpp"

namespace purser::engine {
namespace {

json::array texts(const std::set<std::string> &set) {
  json::array list;
  for (const std::string &text : set) list.emplace_back(text);
  return list;
}

std::set<std::string> set_of(const json::value &root, std::string_view name) {
  std::set<std::string> set;
  if (const json::array *list = json::as_array(json::find(&root, name)))
    for (const json::value &one : *list) set.emplace(json::as_text(&one));
  return set;
}

}  // namespace

bool Erasing::about(const stripe::Named &named, bool by_account) const {
  if (by_account && std::ranges::find(named.accounts, account) != named.accounts.end()) return true;
  if (!named.customers.empty()) return std::ranges::all_of(named.customers, [&](const auto &id) { return customers.contains(id); });
  return std::ranges::any_of(named.ids, [&](const auto &id) { return ids.contains(id); });
}

bool Erasing::learn(const stripe::Named &named) {
  bool grew = false;
  for (const std::string &id : named.ids) grew = ids.insert(id).second || grew;
  return grew;
}

bool Erasing::names(std::string_view id) const {
  const std::string text(id);
  return !text.empty() && (customers.contains(text) || ids.contains(text));
}

store::Erasure Erasing::row() const {
  json::array keys;
  for (const domain::ObjectKey &key : objects) keys.push_back(json::array{key.livemode, key.stripe_account, key.type, key.id});
  json::object names{{"customers", texts(customers)},
                     {"ids", texts(ids)},
                     {"objects", std::move(keys)},
                     {"until_seq", until_seq},
                     {"counts", to_json(counts)}};
  return {account, account_key, json::canonical(names), at_ms};
}

Erasing Erasing::of(const store::Erasure &row) {
  Erasing e;
  e.account = row.account;
  e.account_key = row.account_key;
  e.at_ms = row.at_ms;
  const json::value root = json::parse_judged(row.names).root;
  e.until_seq = json::as_integer(json::find(&root, "until_seq")).value_or(0);
  e.customers = set_of(root, "customers");
  e.ids = set_of(root, "ids");
  if (const json::value *counts = json::find(&root, "counts")) e.counts = from_json<Erased>(*counts);
  const json::array *objects = json::as_array(json::find(&root, "objects"));
  if (!objects) return e;
  for (const json::value &one : *objects)
    if (const json::array *key = json::as_array(&one); key && key->size() == 4)
      e.objects.insert({json::as_bool(&(*key)[0]).value_or(false), std::string(json::as_text(&(*key)[1])),
                        std::string(json::as_text(&(*key)[2])), std::string(json::as_text(&(*key)[3]))});
  return e;
}

}  // namespace purser::engine
