// What the buyer buys: as much of the story as a catalog has room for.
#pragma once
#include <string>

#include "story_catalog.hpp"

namespace host::story {

struct Choice {
  const Sold *sold = nullptr;
  const Price *price = nullptr;
  explicit operator bool() const { return sold != nullptr; }
};

struct Pick {
  const Product *product = nullptr;
  Choice tier;    ///< bought first; none where the catalog sells none
  Choice other;   ///< another tier of the product, paid in the same money; none where there is no such one
  Choice rhythm;  ///< the first tier in another interval; none …
  Choice second;  ///< a tier of another product
  Choice add_on, one_time;
  /// Any price that is sold; NULL where all are retired.
  const Price *any() const;
};

/// The product with the most to tell, and what else can be bought in its currency.
Pick pick(const Catalog &catalog);

}  // namespace host::story
