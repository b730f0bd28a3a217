#include "domain/catalog_mistakes.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace purser::domain {
namespace catalog {
namespace {

/// In the order of `enum class Reason`.
constexpr std::array<std::string_view, 34> words = {
    "too_large",         "syntax",          "empty_catalog",    "unsupported_version",  //
    "wrong_type",        "unknown_member",  "missing_member",   "duplicate_key",       "duplicate_entry",
    "bad_key",           "bad_text",        "bad_limit",        "bad_amount",          "out_of_range",
    "unknown_value",     "unknown_window",  "unknown_interval", "unknown_currency",  //
    "unknown_feature",   "unknown_meter",   "missing_fallback", "unknown_fallback",  //
    "fallback_costs",    "wrong_order",     "missing_price",    "grants_nothing",      "duplicate_alias",
    "price_without_key", "duplicate_price", "ambiguous_price",  //
    "unset_variable",    "bad_variable",    "placeholder_id",   "wrong_kind_of_id",
};
static_assert(words.size() == static_cast<std::size_t>(Reason::wrong_kind_of_id) + 1);

/// Levenshtein distance. Names are short; longer ones are compared by their first 64 bytes.
std::size_t distance(std::string_view a, std::string_view b) {
  a = a.substr(0, 64);
  b = b.substr(0, 64);
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row[b.size()];
}

/// unified_inbox is inbox with a prefix: too far for letters, near for people.
bool contains(std::string_view a, std::string_view b) {
  const auto &[longer, shorter] = a.size() < b.size() ? std::pair(b, a) : std::pair(a, b);
  return shorter.size() >= 4 && longer.find(shorter) != std::string_view::npos;
}

/// Empty when none is near.
std::string_view nearest(std::string_view name, const std::vector<std::string_view> &known) {
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    const std::size_t far = distance(name, candidate);
    if (far < least) {
      least = far;
      best = candidate;
    }
  }
  if (!best.empty()) return best;
  const auto part = std::find_if(known.begin(), known.end(), [&](std::string_view candidate) { return contains(name, candidate); });
  return part == known.end() ? std::string_view{} : *part;
}

}  // namespace

std::string_view word(Reason reason) { return words[static_cast<std::size_t>(reason)]; }

void Mistakes::add(Reason reason, Place place, std::string path, std::string message, std::string fix) {
  found_.push_back({place.order, {std::string(word(reason)), std::move(path), place.line, std::move(message), std::move(fix)}});
}

std::vector<CatalogMistake> Mistakes::take() {
  std::stable_sort(found_.begin(), found_.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
  std::vector<CatalogMistake> mistakes;
  mistakes.reserve(found_.size());
  for (auto &[order, mistake] : found_) mistakes.push_back(std::move(mistake));
  found_.clear();
  return mistakes;
}

std::string quoted(std::string_view text) {
  constexpr std::size_t shown_max_bytes = 64;
  for (const std::string_view secret : {"sk_", "rk_", "whsec_"}) {
    if (text.starts_with(secret)) return "\"" + std::string(secret) + "...\"";
  }
  std::size_t size = std::min(text.size(), shown_max_bytes);
  while (size < text.size() && size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;  // not inside a UTF-8 sequence
  std::string made = "\"";
  for (const char c : text.substr(0, size)) made += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  if (size < text.size()) made += "...";
  return made + "\"";
}

std::string Mistakes::suggest(std::string_view name, const std::vector<std::string_view> &known, std::string_view otherwise) {
  constexpr std::size_t searched_max = 1000;
  constexpr std::size_t list_max = 16;
  if (known.size() <= searched_max && searches_left_-- > 0) {
    if (const std::string_view near = nearest(name, known); !near.empty()) return "did you mean " + quoted(near) + "?";
  }
  if (known.empty() || known.size() > list_max) return std::string(otherwise);
  std::string list = "use one of";
  for (const std::string_view candidate : known) list += (candidate == known.front() ? " " : ", ") + quoted(candidate);
  return list;
}

}  // namespace catalog

std::span<const std::string_view> catalog_reasons() { return catalog::words; }

Error as_error(const CatalogRead &read, std::string_view file) {
  constexpr std::size_t lines_max = 50;
  std::string message;
  for (std::size_t i = 0; i < std::min(read.mistakes.size(), lines_max); ++i) {
    const CatalogMistake &mistake = read.mistakes[i];
    if (i > 0) message += "\n";
    message += std::string(file) + ":" + std::to_string(mistake.line) + ": ";
    if (!mistake.path.empty()) message += mistake.path + ": ";
    message += mistake.message + "; " + mistake.fix;
  }
  if (read.mistakes.size() > lines_max) message += "\nand " + std::to_string(read.mistakes.size() - lines_max) + " more";
  return {Status::invalid, "catalog_invalid", std::move(message), std::string(file), {}, 0};
}

}  // namespace purser::domain
