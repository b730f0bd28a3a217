#include <algorithm>
#include <cctype>
#include <map>
#include <tuple>

#include "domain/catalog_currency.hpp"
#include "domain/catalog_reader.hpp"

namespace purser::domain::catalog {
namespace {

/// What Stripe's other ids and keys start with: none of them names a price. `plan_` and ids without a prefix are old prices.
constexpr std::string_view other_kinds[] = {"prod_", "sk_",    "rk_",  "pk_",        "whsec_", "sub_",   "si_",  "cus_", "acct_",
                                            "evt_",  "in_",    "il_",  "ii_",        "pi_",    "pm_",    "cs_",  "ch_",  "seti_",
                                            "card_", "src_",   "tok_", "ba_",        "txn_",   "plink_", "req_", "re_",  "po_",
                                            "tr_",   "promo_", "txr_", "sub_sched_", "bps_",   "ek_"};

constexpr std::int64_t interval_count_max(std::string_view interval) {  // Stripe: at most three years
  if (interval == "day") return 1095;
  if (interval == "week") return 156;
  if (interval == "month") return 36;
  return 3;
}

std::string lower(std::string_view text) {
  std::string made(text);
  std::transform(made.begin(), made.end(), made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

/// Stands for an id that somebody meant to fill in. A run of five x, or nothing but x: real ids are random, so two or three can occur.
bool is_placeholder(std::string_view id) {
  const std::string text = lower(id);
  const std::string rest = text.starts_with("price_") ? text.substr(6) : text;
  if (rest.find_first_not_of("x*._- ") == std::string::npos) return true;
  for (const std::string_view sign :
       {"placeholder", "changeme", "change_me", "change-me", "your_", "your-", "xxxxx", "...", "todo", "<", ">", "*"}) {
    if (text.find(sign) != std::string::npos) return true;
  }
  return false;
}

/// NAME of `${NAME}`; empty for any other text.
std::string_view variable(std::string_view text) {
  if (text.size() < 4 || !text.starts_with("${") || !text.ends_with("}")) return {};
  const std::string_view name = text.substr(2, text.size() - 3);
  const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  const bool digit_first = std::isdigit(static_cast<unsigned char>(name.front())) != 0;
  return !digit_first && std::all_of(name.begin(), name.end(), fits) ? name : std::string_view{};
}

void check_ambiguous(Mistakes &mistakes, const std::vector<Price> &prices, const std::vector<Field> &fields) {
  using Sold = std::tuple<std::string_view, std::string_view, std::int64_t>;
  std::map<Sold, int> lines;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    const Price &price = prices[i];
    if (price.retired || price.currency.empty()) continue;
    const auto [it, fresh] = lines.emplace(Sold{price.currency, price.interval, price.interval_count}, fields[i].node->place.line);
    if (fresh) continue;
    const std::string every = price.interval.empty() ? "" : " every " + std::to_string(price.interval_count) + " " + price.interval;
    mistakes.add(Reason::ambiguous_price, fields[i].node->place, fields[i].path,
                 "expected one price in " + price.currency + every + ", found a second beside line " + std::to_string(it->second),
                 "add \"retired\": true to the one that is not sold any more");
  }
}

}  // namespace

std::vector<Price> Reader::read_prices(const Field &field, bool one_time) {
  std::vector<Price> prices;
  const std::vector<Field> items = read_list(mistakes, field);
  for (const Field &item : items) {
    const Fields fields(mistakes, item, one_time ? one_time_price_shape : price_shape);
    Price price;
    if (fields.valid()) read_price_keys(fields, item, price);
    if (const auto currency = read_text(mistakes, fields["currency"])) {
      price.currency = *currency;
      if (!is_currency(*currency)) {
        const bool capitals = is_currency(lower(*currency));
        mistakes.add(Reason::unknown_currency, fields["currency"].node->place, fields["currency"].path,
                     "expected an ISO 4217 code in lower case, found " + quoted(*currency),
                     capitals ? "write " + quoted(lower(*currency)) : "write a code such as \"usd\" or \"eur\"");
      }
    }
    price.interval = read_word(mistakes, fields["interval"], intervals, Reason::unknown_interval).value_or("");
    const std::int64_t count_max = interval_count_max(price.interval);
    price.interval_count = read_whole(mistakes, fields["interval_count"], 1, count_max, Reason::out_of_range).value_or(1);
    price.unit_amount = read_whole(mistakes, fields["unit_amount"], 0, amount_max, Reason::bad_amount).value_or(0);
    price.retired = read_flag(mistakes, fields["retired"]).value_or(false);
    prices.push_back(std::move(price));
  }
  check_ambiguous(mistakes, prices, items);
  return prices;
}

void Reader::read_price_keys(const Fields &fields, const Field &at, Price &price) {
  const Field lookup_key = fields["lookup_key"];
  const Field id = fields["id"];
  if (const auto text = read_text(mistakes, lookup_key)) {
    price.lookup_key = *text;
    lookup_keys_.push_back({*text, lookup_key.node->place, lookup_key.path, false});
    for (const std::string_view secret : {"sk_", "rk_", "whsec_"}) {
      if (!text->starts_with(secret)) continue;
      mistakes.add(Reason::wrong_kind_of_id, lookup_key.node->place, lookup_key.path,
                   "expected a lookup key, found one that starts with " + std::string(secret),
                   "a secret does not belong in a catalog; roll it");
    }
    if (text->find("${") != std::string::npos) {
      mistakes.add(Reason::bad_variable, lookup_key.node->place, lookup_key.path, "expected a plain lookup key, found a variable",
                   "variables are filled in \"id\" only; write the lookup key itself");
    }
  }
  if (id) {
    price.id = read_price_id(id, !lookup_key);
    if (!price.id.empty()) ids_.push_back({price.id, id.node->place, id.path, false});
  } else if (!lookup_key) {
    mistakes.add(Reason::price_without_key, at.node->place, at.path, "expected \"lookup_key\" or \"id\", found neither",
                 "add \"lookup_key\", the price's lookup key at Stripe");
  }
}

std::string Reader::read_price_id(const Field &field, bool required) {
  const Node &node = *field.node;
  if (node.kind == Kind::text && node.text.empty()) return check_price_id(field, "", ""), "";
  std::string text = read_text(mistakes, field).value_or("");
  if (text.find("${") == std::string::npos) {
    if (!text.empty()) check_price_id(field, text, "");
    return text;
  }
  const std::string_view name = variable(text);
  if (name.empty()) {
    mistakes.add(Reason::bad_variable, node.place, field.path, "expected a whole id or one variable, found a text with ${",
                 "write \"${NAME}\" alone, NAME of letters, digits and _");
    return "";
  }
  const std::optional<std::string> value = environment_ ? environment_(name) : std::nullopt;
  if (value) {
    check_price_id(field, *value, name);
    return *value;
  }
  if (required) {
    mistakes.add(Reason::unset_variable, node.place, field.path, "expected " + std::string(name) + " in the environment, found it unset",
                 "set it to the price's id, or add \"lookup_key\"");
  }
  return "";
}

/// Never prints the id: what stands here by mistake may be a secret key.
void Reader::check_price_id(const Field &field, const std::string &id, std::string_view variable_name) {
  const Place place = field.node->place;
  const std::string expected =
      "expected the id of a price (price_...)" + (variable_name.empty() ? "" : " in " + std::string(variable_name)) + ", found ";
  for (const std::string_view kind : other_kinds) {
    if (!id.starts_with(kind)) continue;
    mistakes.add(Reason::wrong_kind_of_id, place, field.path, expected + "one that starts with " + std::string(kind),
                 kind == "prod_" ? "copy the price's id, not the product's" : "copy the price's id from Stripe's product page");
    return;
  }
  if (id.empty() || is_placeholder(id)) {
    mistakes.add(Reason::placeholder_id, place, field.path, expected + (id.empty() ? "nothing" : "a placeholder"),
                 "put the real id there, or remove \"id\" and use \"lookup_key\"");
    return;
  }
  const bool plain = id.size() <= text_max_bytes && std::all_of(id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (plain) return;
  mistakes.add(Reason::bad_text, place, field.path, expected + "white space, other than ASCII, or more than 200 bytes",
               "copy the id again, without spaces or line ends");
}

}  // namespace purser::domain::catalog
