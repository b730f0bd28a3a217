// One purchase, from the click to the host's own users table, in a process of its own that may end at any point. What a crash of the
// host leaves alone lives with the test: Stripe, the browser, the users table.
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "support/crash_database.hpp"
#include "support/fake_stripe.hpp"
#include "support/remote_line.hpp"

namespace purser::test {

inline const std::string buyer = "acct_42";

struct Walk {
  bool crashed = false;
  std::int64_t points = 0;  ///< that were passed; 0 where it crashed
  std::string fault;
};

/// The world around the host.
class Outside {
 public:
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(start_ms);
  FakeStripe stripe{clock};
  std::string session;                        ///< where the buyer was led last
  bool paid = false;                          ///< and has paid there
  std::map<std::int64_t, std::string> users;  ///< the host's table: tiers by the change that set them

  /// Answers one host until it is gone; keeps its last words.
  void serve(const RemoteLine &line, Walk &walk);
  json::value events() const;  ///< webhooks of all that is at Stripe, signed

 private:
  json::value answer(const json::object &question);
};

/// What a host does when it runs (again).
enum class Way {
  click,         ///< the buyer clicks (again), pays if need be, lands on the success page; webhooks come afterwards
  settle_first,  ///< the outbox is settled before anything else, and webhooks come before the success page
  success_page,  ///< who has paid does not click again: only the success page and the webhooks
};

/// The host, on the store at `path`, in a child that ends at point `crash_at`.
Walk host_walks(Outside &outside, const std::string &path, const std::string &tier, Way way, std::int64_t crash_at);

/// The account's state hash in a store that has seen nothing but this Stripe as it is now, without a crash.
std::string hash_without_a_crash(Outside &outside);

/// A store with the catalog, as a host has it before anybody buys.
void make_store(const std::string &path);

}  // namespace purser::test
