// What the buyer buys: as much of the story as a catalog has room for.
#pragma once
#include <optional>
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
  Choice tier;    ///< bought first
  Choice other;   ///< another tier of the product, paid in the same money; none where there is no such one
  Choice rhythm;  ///< the first tier in another interval; none …
  Choice second;  ///< a tier of another product
  Choice add_on, one_time;
};

/// The product with the most to tell. nullopt where no tier is sold.
std::optional<Pick> pick(const Catalog &catalog);
/// Without a tier: what is sold beside tiers.
Pick pick_beside(const Catalog &catalog);

}  // namespace host::story
