// The graph of a few events: states are vertices, events are edges pre → post. Where a walk over all edges ends follows from
// in- and outdegrees alone, whatever the order of the edges (FOLD.md sections 0 and 3).
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "domain/fact.hpp"

namespace purser::domain {

class Balance {
 public:
  /// Sources (created, deleted, entering the terminal phase) and events that change nothing are vertices without an edge.
  /// `also`: one vertex more, for the state that a fetch saw; nullptr for none.
  explicit Balance(std::span<const EventFact *const> events, const Digest *also = nullptr);

  std::span<const Digest> vertices() const { return vertices_; }  ///< sorted
  bool has(const Digest &state) const;
  std::size_t edges() const { return edges_.size(); }
  bool connected() const;
  std::int64_t surplus() const;            ///< Σ max(in − out, 0): 0 = closed, 1 = one end
  const Digest *end() const;               ///< the first vertex with in > out; nullptr when closed
  const Digest *begin() const;             ///< the first vertex with in < out; nullptr when closed
  bool leaves(const Digest &state) const;  ///< an edge starts there

 private:
  struct Edge {
    std::size_t from, to;
  };
  std::size_t index(const Digest &state) const;

  std::vector<Digest> vertices_;
  std::vector<Edge> edges_;
  std::vector<std::int64_t> degree_;  ///< in − out, per vertex
};

}  // namespace purser::domain
