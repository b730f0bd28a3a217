// The end of an account, and the end of what is kept for a time only.
#pragma once
#include <boost/describe/class.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/account.hpp"

namespace purser::engine {

struct Closed {
  std::int64_t subscriptions = 0, open = 0;
  TimeMs ends_ms = 0, closed_at_ms = 0;
};
BOOST_DESCRIBE_STRUCT(Closed, (), (subscriptions, open, ends_ms, closed_at_ms))
struct Erased {
  std::int64_t customers = 0, objects = 0, payloads = 0, intents = 0, ledger_entries = 0;
};
BOOST_DESCRIBE_STRUCT(Erased, (), (customers, objects, payloads, intents, ledger_entries))
struct Exported {
  std::string document;
  std::int64_t payloads = 0;
};
BOOST_DESCRIBE_STRUCT(Exported, (), (document, payloads))

struct BrokenChain {
  std::string account, account_key;
  std::int64_t seq = 0;
};
BOOST_DESCRIBE_STRUCT(BrokenChain, (), (account, account_key, seq))
struct LedgerVerified {
  bool intact = true;
  std::int64_t chains = 0, entries = 0, erased = 0;
  std::vector<BrokenChain> broken;
};
BOOST_DESCRIBE_STRUCT(LedgerVerified, (), (intact, chains, entries, erased, broken))

struct Tidied {
  std::int64_t payloads = 0, compacted = 0, forgotten = 0;
  bool more = false;
};
BOOST_DESCRIBE_STRUCT(Tidied, (), (payloads, compacted, forgotten, more))

}  // namespace purser::engine
