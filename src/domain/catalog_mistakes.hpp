// What can be wrong in a catalog, and the list of what is. Private to the catalog's reader.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/catalog.hpp"
#include "domain/catalog_document.hpp"

namespace purser::domain::catalog {

/// Closed; the words are in catalog_mistakes.cpp, one case of each in tests/domain/catalogs.
enum class Reason {
  too_large,
  syntax,
  empty_catalog,
  unsupported_version,  // the whole file
  wrong_type,
  unknown_member,
  missing_member,
  duplicate_key,
  duplicate_entry,  // shape
  bad_key,
  bad_text,
  bad_limit,
  bad_amount,
  out_of_range,  // values
  unknown_value,
  unknown_window,
  unknown_interval,
  unknown_currency,  // words from closed lists
  unknown_feature,
  unknown_meter,
  missing_fallback,
  unknown_fallback,  // references
  fallback_costs,
  wrong_order,
  missing_price,
  grants_nothing,
  duplicate_alias,  //
  price_without_key,
  duplicate_price,
  ambiguous_price,  // prices
  unset_variable,
  bad_variable,
  placeholder_id,
  wrong_kind_of_id,  //
};
std::string_view word(Reason reason);

class Mistakes {
 public:
  void add(Reason reason, Place place, std::string path, std::string message, std::string fix);
  /// What to do about an unknown name: `did you mean "leads"?` for a near one; else the whole list where it is short; else `otherwise`.
  std::string suggest(std::string_view name, const std::vector<std::string_view> &known, std::string_view otherwise);
  /// In file order.
  std::vector<CatalogMistake> take();

 private:
  std::vector<std::pair<int, CatalogMistake>> found_;
  int searches_left_ = 200;  ///< a search costs time; a file with more unknown names than that is not a typing mistake
};

/// The text in double quotes, cut at 64 bytes, without control characters, and never a secret key: fit for one line of a message.
std::string quoted(std::string_view text);

}  // namespace purser::domain::catalog
