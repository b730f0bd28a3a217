#include "domain/balance.hpp"

#include <algorithm>
#include <numeric>

namespace purser::domain {
namespace {

bool is_edge(const EventFact &e) { return !e.source && e.has_pre && e.pre != e.post; }

/// Joins the sets of a disjoint-set forest, halving paths on the way.
std::size_t root(std::vector<std::size_t> &parent, std::size_t v) {
  while (parent[v] != v) v = parent[v] = parent[parent[v]];
  return v;
}

}  // namespace

Balance::Balance(std::span<const EventFact *const> events, const Digest *also) {
  vertices_.reserve(2 * events.size() + 1);
  for (const EventFact *e : events) {
    vertices_.push_back(e->post);
    if (is_edge(*e)) vertices_.push_back(e->pre);
  }
  if (also) vertices_.push_back(*also);
  std::ranges::sort(vertices_);
  vertices_.erase(std::unique(vertices_.begin(), vertices_.end()), vertices_.end());

  degree_.assign(vertices_.size(), 0);
  for (const EventFact *e : events) {
    if (!is_edge(*e)) continue;
    const Edge edge{index(e->pre), index(e->post)};
    --degree_[edge.from];
    ++degree_[edge.to];
    edges_.push_back(edge);
  }
}

std::size_t Balance::index(const Digest &state) const {
  return static_cast<std::size_t>(std::ranges::lower_bound(vertices_, state) - vertices_.begin());
}

bool Balance::has(const Digest &state) const { return std::ranges::binary_search(vertices_, state); }

bool Balance::connected() const {
  std::vector<std::size_t> parent(vertices_.size());
  std::iota(parent.begin(), parent.end(), std::size_t{0});
  std::size_t parts = vertices_.size();
  for (const Edge &edge : edges_) {
    const std::size_t a = root(parent, edge.from), b = root(parent, edge.to);
    if (a == b) continue;
    parent[a] = b;
    --parts;
  }
  return parts <= 1;
}

std::int64_t Balance::surplus() const {
  std::int64_t sum = 0;
  for (const std::int64_t d : degree_) sum += std::max<std::int64_t>(d, 0);
  return sum;
}

const Digest *Balance::end() const {
  const auto found = std::ranges::find_if(degree_, [](std::int64_t d) { return d > 0; });
  return found == degree_.end() ? nullptr : &vertices_[static_cast<std::size_t>(found - degree_.begin())];
}

const Digest *Balance::begin() const {
  const auto found = std::ranges::find_if(degree_, [](std::int64_t d) { return d < 0; });
  return found == degree_.end() ? nullptr : &vertices_[static_cast<std::size_t>(found - degree_.begin())];
}

bool Balance::leaves(const Digest &state) const {
  return std::ranges::any_of(edges_, [&](const Edge &edge) { return vertices_[edge.from] == state; });
}

}  // namespace purser::domain
