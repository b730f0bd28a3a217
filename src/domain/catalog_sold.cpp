// Add-ons, one-time items, and what all that is sold has in common.
#include <algorithm>
#include <set>

#include "domain/catalog_reader.hpp"

namespace purser::domain::catalog {

void Reader::read_add_ons(const Field &field) {
  for (const Entry &entry : read_entries(mistakes, field)) {
    if (!entry.repeated) sold_.push_back({entry.key, entry.place, entry.value.path, false});
    const Fields fields(mistakes, entry.value, add_on_shape);
    AddOn add_on;
    add_on.key = entry.key;
    add_on.name = read_name(fields["name"], entry.key);
    add_on.aliases = read_aliases(fields["aliases"], sold_);
    add_on.features = read_features_held(fields["features"]);
    add_on.limits = read_limits(fields["limits"], 1, true);
    add_on.prices = read_prices(fields["prices"], false);
    add_on.money = read_money(fields, money_);
    if (fields.valid()) check_sold(entry, filled(fields["features"]) || filled(fields["limits"]), fields["prices"]);
    catalog.add_ons.push_back(std::move(add_on));
  }
}

void Reader::read_one_time(const Field &field) {
  for (const Entry &entry : read_entries(mistakes, field)) {
    if (!entry.repeated) sold_.push_back({entry.key, entry.place, entry.value.path, false});
    const Fields fields(mistakes, entry.value, one_time_shape);
    OneTime item;
    item.key = entry.key;
    item.name = read_name(fields["name"], entry.key);
    item.aliases = read_aliases(fields["aliases"], sold_);
    item.credits = read_limits(fields["credits"], 1, false);
    item.prices = read_prices(fields["prices"], true);
    item.money = read_money(fields, money_);
    if (fields.valid()) check_sold(entry, filled(fields["credits"]), fields["prices"]);
    catalog.one_time.push_back(std::move(item));
  }
}

void Reader::check_sold(const Entry &entry, bool grants, const Field &prices) {
  if (!grants) {
    mistakes.add(Reason::grants_nothing, entry.place, entry.value.path, "expected something that the buyer gets, found nothing",
                 "add \"limits\" or \"features\" to an add-on, \"credits\" to a one-time item");
  }
  if (!filled(prices)) {
    mistakes.add(Reason::missing_price, entry.place, entry.value.path, "expected a price, found none",
                 "add \"prices\", or remove the entry");
  }
}

std::vector<std::string> Reader::read_aliases(const Field &field, std::vector<Use> &names) {
  std::vector<std::string> aliases;
  for (const Field &item : read_list(mistakes, field)) {
    const auto alias = read_text(mistakes, item);
    if (!alias) continue;
    if (!is_key(*alias)) {
      mistakes.add(Reason::bad_key, item.node->place, item.path, "expected an alias, found " + quoted(*alias),
                   "write " + std::string(key_rule));
      continue;
    }
    names.push_back({*alias, item.node->place, item.path, true});
    aliases.push_back(*alias);
  }
  std::sort(aliases.begin(), aliases.end());
  return aliases;
}

std::vector<std::string> Reader::read_features_held(const Field &field) {
  std::set<std::string> held;
  for (const Field &item : read_list(mistakes, field)) {
    const auto key = read_text(mistakes, item);
    if (!key) continue;
    if (!std::binary_search(feature_keys_.begin(), feature_keys_.end(), *key)) {
      mistakes.add(Reason::unknown_feature, item.node->place, item.path, "expected a feature of this catalog, found " + quoted(*key),
                   mistakes.suggest(*key, feature_keys_, "add it to \"features\" at the top"));
    } else if (!held.insert(*key).second) {
      mistakes.add(Reason::duplicate_entry, item.node->place, item.path, "expected each feature once, found " + quoted(*key) + " again",
                   "remove one of the two");
    }
  }
  return {held.begin(), held.end()};
}

std::vector<Limit> Reader::read_limits(const Field &field, std::int64_t least, bool unlimited_allowed) {
  std::vector<Limit> limits;
  for (const Entry &entry : read_entries(mistakes, field, false)) {
    if (!std::binary_search(meter_keys_.begin(), meter_keys_.end(), entry.key)) {
      mistakes.add(Reason::unknown_meter, entry.place, entry.value.path, "expected a meter of this catalog, found " + quoted(entry.key),
                   mistakes.suggest(entry.key, meter_keys_, "add it to \"meters\" at the top"));
    }
    if (entry.value.node->kind == Kind::text) {
      const std::string &text = entry.value.node->text;
      if (text == "unlimited" && unlimited_allowed) {
        limits.push_back({entry.key, unlimited});
      } else {
        mistakes.add(Reason::bad_limit, entry.value.node->place, entry.value.path,
                     "expected a whole number" + std::string(unlimited_allowed ? " or \"unlimited\"" : "") + ", found " + quoted(text),
                     "write the number without quotes" + std::string(unlimited_allowed ? ", or \"unlimited\"" : ""));
      }
    } else if (const auto amount = read_whole(mistakes, entry.value, least, limit_max, Reason::bad_limit)) {
      limits.push_back({entry.key, *amount});
    }
  }
  std::stable_sort(limits.begin(), limits.end(), [](const Limit &a, const Limit &b) { return a.meter < b.meter; });
  return limits;
}

}  // namespace purser::domain::catalog
