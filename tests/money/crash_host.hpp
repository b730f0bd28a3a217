// A host in a process of its own, on the public C++ headers, that buys against a served sandbox and dies at its N-th point. The sandbox,
// the browser and the host's users table live with the test and survive.
#pragma once
#include <atomic>
#include <map>
#include <string>

#include "money/money.hpp"
#include "support/crash_points.hpp"
#include "support/frames.hpp"
#include "support/http_server.hpp"

namespace purser::test {

/// What the host's files and its clock need from the test.
struct Premises {
  std::string store, catalog;  ///< files
};

class Outside {
 public:
  Sandbox box{{.catalog_text = catalog, .seed = 3, .start_ms = start_ms}};
  std::string url = box.serve();
  std::string session;                        ///< where the buyer was led last
  bool paid = false;                          ///< and has paid there
  std::map<std::int64_t, std::string> users;  ///< the host's table: tiers by the change that set them

  Outside();
  ~Outside();
  Outside(const Outside &) = delete;
  Outside &operator=(const Outside &) = delete;

  /// Time passes here and in the host.
  void advance(std::int64_t duration_ms);
  std::int64_t now_ms() const { return *now_ms_; }
  /// All events that wait, as they would be delivered: signature, body. They go on waiting.
  std::vector<std::pair<std::string, std::string>> events();
  /// Answers one host until it is gone. True: its last words were "end"; they are left in `points` and `fault`.
  void serve(const Frames &line);
  std::int64_t points = 0;
  std::string fault;
  /// What the sandbox turns a configuration to: taken in the parent, for in a forked child the sandbox is dead.
  struct Access {
    std::string secret_key, webhook_secret;
    const purser_http *http = nullptr;
  } access;

 private:
  std::string answer(const std::string &question);

  std::atomic<std::int64_t> *now_ms_;  ///< shared with the host
  std::vector<std::pair<std::string, std::string>> seen_;
  HttpServer listener_;  ///< sees what would be delivered, and says 500
};

/// What the buyer clicks on, each time.
CheckoutCreateIn the_click();

/// A host's configuration on these premises, in this process, by the sandbox's own HTTP.
Config host_config(const Outside &outside, const Premises &premises);

/// Runs the host in a child until it is done or at `crash_at`. True when it crashed there.
bool host_runs(Outside &outside, const Premises &premises, std::int64_t crash_at);

}  // namespace purser::test
