#include <algorithm>

#include "domain/catalog_reader.hpp"

namespace purser::domain {
namespace catalog {
namespace {

constexpr std::int64_t format_version = 1;

template <class Entries>
void sort_by_key(Entries &entries) {
  std::stable_sort(entries.begin(), entries.end(), [](const auto &a, const auto &b) { return a.key < b.key; });
}

std::vector<std::string_view> keys_of(const Field &field) {
  std::vector<std::string_view> keys;
  if (field) {
    for (const Member &member : field.node->members) keys.push_back(member.key);
  }
  std::sort(keys.begin(), keys.end());
  return keys;
}

}  // namespace

void Reader::read(const Node &root) {
  const Fields fields(mistakes, {&root, ""}, root_shape);
  if (!fields.valid()) return;
  read_text(mistakes, fields["$schema"]);
  read_version(fields["purser_catalog"]);
  read_defaults(fields["defaults"]);
  feature_keys_ = keys_of(fields["features"]);
  meter_keys_ = keys_of(fields["meters"]);
  read_features(fields["features"]);
  read_meters(fields["meters"]);
  read_products(fields["products"]);
  read_add_ons(fields["add_ons"]);
  read_one_time(fields["one_time"]);
  if (!filled(fields["products"]) && !filled(fields["add_ons"]) && !filled(fields["one_time"])) {
    mistakes.add(Reason::empty_catalog, root.place, "", "expected a product, an add-on or a one-time item, found none",
                 "add \"products\" with at least one product");
  }
  check_names(std::move(sold_), "products, add-ons and one-time items");
  check_price_keys(std::move(lookup_keys_), "lookup key");
  check_price_keys(std::move(ids_), "price id");
  sort_by_key(catalog.features);
  sort_by_key(catalog.meters);
  sort_by_key(catalog.products);
  sort_by_key(catalog.add_ons);
  sort_by_key(catalog.one_time);
}

void Reader::read_version(const Field &field) {
  if (!field) return;
  const Node &node = *field.node;
  if (node.kind != Kind::integer && node.kind != Kind::number) return wrong_type(mistakes, field, "the format's version, 1");
  if (node.kind == Kind::integer && node.integer == format_version) return;
  mistakes.add(Reason::unsupported_version, node.place, field.path, "expected format 1, found " + node.text.substr(0, 32),
               "write 1; a higher format needs a newer Purser");
}

void Reader::read_defaults(const Field &field) {
  const Fields fields(mistakes, field, defaults_shape);
  trial_days_ = read_whole(mistakes, fields["trial_days"], 0, days_max, Reason::out_of_range).value_or(0);
  catalog.grace_days = read_whole(mistakes, fields["grace_days"], 0, days_max, Reason::out_of_range).value_or(catalog.grace_days);
  catalog.renewal_slack_hours =
      read_whole(mistakes, fields["renewal_slack_hours"], 0, slack_hours_max, Reason::out_of_range).value_or(catalog.renewal_slack_hours);
  trial_repeats_ = read_word(mistakes, fields["trial"], trial_words, Reason::unknown_value) == "repeat";
  money_ = read_money(fields, money_);
  const auto pause = read_word(mistakes, fields["pause_collection"], pause_words, Reason::unknown_value);
  if (pause == "allow") catalog.pause_collection = PausePolicy::allow;
  if (pause == "by_behavior") catalog.pause_collection = PausePolicy::by_behavior;
  catalog.unpaid_allows = read_word(mistakes, fields["unpaid"], unpaid_words, Reason::unknown_value) == "allow";
  catalog.stripe_entitlements_grant =
      read_word(mistakes, fields["stripe_entitlements"], stripe_entitlements_words, Reason::unknown_value) == "grant";
}

MoneyPolicy Reader::read_money(const Fields &fields, MoneyPolicy otherwise) {
  if (const auto word = read_word(mistakes, fields["refund"], refund_words, Reason::unknown_value))
    otherwise.refund_revokes = *word == "revoke";
  if (const auto word = read_word(mistakes, fields["dispute"], dispute_words, Reason::unknown_value))
    otherwise.dispute_suspends = *word == "suspend";
  return otherwise;
}

void Reader::read_features(const Field &field) {
  for (const Entry &entry : read_entries(mistakes, field)) {
    catalog.features.push_back({entry.key, read_text(mistakes, entry.value).value_or(entry.key)});
  }
}

void Reader::read_meters(const Field &field) {
  for (const Entry &entry : read_entries(mistakes, field)) {
    const Fields fields(mistakes, entry.value, meter_shape);
    const auto window = read_word(mistakes, fields["window"], windows, Reason::unknown_window);
    catalog.meters.push_back({entry.key, read_name(fields["name"], entry.key), window.value_or("")});
  }
}

std::string Reader::read_name(const Field &field, const std::string &key) { return read_text(mistakes, field).value_or(key); }

void Reader::check_names(std::vector<Use> uses, std::string_view what) {
  // Keys first: an alias that equals a key is the alias's mistake, wherever the two stand.
  std::stable_sort(uses.begin(), uses.end(),
                   [](const Use &a, const Use &b) { return std::pair(a.alias, a.place.order) < std::pair(b.alias, b.place.order); });
  std::map<std::string_view, const Use *> first;
  for (const Use &use : uses) {
    const auto [it, fresh] = first.emplace(use.text, &use);
    if (fresh) continue;
    mistakes.add(use.alias ? Reason::duplicate_alias : Reason::duplicate_key, use.place, use.path,
                 "expected a name of its own among " + std::string(what) + ", found " + quoted(use.text) + ", which line " +
                     std::to_string(it->second->place.line) + " has (" + it->second->path + ")",
                 "rename or remove one of the two");
  }
}

void Reader::check_price_keys(std::vector<Use> uses, std::string_view what) {
  std::stable_sort(uses.begin(), uses.end(), [](const Use &a, const Use &b) { return a.place.order < b.place.order; });
  std::map<std::string_view, const Use *> first;
  for (const Use &use : uses) {
    const auto [it, fresh] = first.emplace(use.text, &use);
    if (fresh) continue;
    mistakes.add(Reason::duplicate_price, use.place, use.path,
                 "expected each " + std::string(what) + " once, found " + quoted(use.text) + ", which line " +
                     std::to_string(it->second->place.line) + " has (" + it->second->path + ")",
                 "a price buys one thing: remove one of the two");
  }
}

}  // namespace catalog

namespace {

CatalogRead refused(catalog::Mistakes &mistakes) {
  CatalogRead read;
  read.mistakes = mistakes.take();
  return read;
}

CatalogRead too_large(std::string_view what, std::size_t bytes) {
  catalog::Mistakes mistakes;
  mistakes.add(
      catalog::Reason::too_large, {}, "",
      "expected " + std::string(what) + " of at most " + std::to_string(catalog_max_bytes) + " bytes, found " + std::to_string(bytes),
      "remove what is not sold and not held any more");
  return refused(mistakes);
}

}  // namespace

CatalogRead read_catalog(std::string_view text, const Environment &environment) {
  if (text.size() > catalog_max_bytes) return too_large("a file", text.size());
  const catalog::Document document = catalog::read_document(text);
  catalog::Reader reader(environment);
  if (document.fault) {
    reader.mistakes.add(catalog::Reason::syntax, document.fault->place, document.fault->path, document.fault->message, document.fault->fix);
    return refused(reader.mistakes);
  }
  if (!document.root) {
    reader.mistakes.add(catalog::Reason::empty_catalog, {}, "", "expected an object, found nothing", "start from examples/catalog.json");
    return refused(reader.mistakes);
  }
  reader.read(*document.root);
  CatalogRead read = refused(reader.mistakes);
  if (!read.mistakes.empty()) return read;
  read.catalog = std::move(reader.catalog);
  read.catalog.build_index();
  read.resolved = catalog::resolve(read.catalog);
  // The store reads this text again: what cannot be read back must not be accepted.
  if (read.resolved.size() > catalog_max_bytes) return too_large("a catalog, its defaults written out,", read.resolved.size());
  return read;
}

}  // namespace purser::domain
