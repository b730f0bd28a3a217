// The operator's page: figures, gaps, and what belongs to nobody yet.
#pragma once
#include <cstdint>
#include <limits>
#include <purser.hpp>
#include <string>
#include <vector>

#include "html.hpp"
#include "http.hpp"

namespace host {

/// A row of the view purser_v_gap.
struct Gap {
  std::string type, id, reason;
  std::int64_t due_at_ms = 0;
};

struct OperatorView {
  purser::Health health;
  std::vector<Gap> gaps;
  purser::ParkedList parked;
  bool foreign = false;  ///< the list is of foreign objects
  std::string said;      ///< what the last button did; may be empty
};

std::string operator_page(const Frame &frame, const OperatorView &view);

}  // namespace host
