// The demo page of a host on the sandbox: time and webhooks in the visitor's hands.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "html.hpp"

namespace host {

/// An event that waits in the sandbox.
struct Waiting {
  std::string id, type;
};

/// What the last delivery from this page came to.
struct Delivered {
  std::string how;  ///< e.g. "shuffled, each 3 times"
  std::int64_t events = 0, requests = 0, refused = 0;
  std::string before, after, witness;  ///< state hashes of the visitor's account; witness: each event once, in order
};

struct DemoView {
  std::int64_t now_ms = 0;
  std::int64_t next_ms = 0;  ///< the visitor's next renewal or end; 0 = none
  bool holds = false;
  bool has_customer = false;  ///< the visitor has bought something
  std::vector<Waiting> waiting = {};
  std::string hash = {};  ///< of the visitor's account; empty for who is not signed in
  std::optional<Delivered> last = {};
};

std::string demo_page(const Frame &frame, const DemoView &view);

}  // namespace host
