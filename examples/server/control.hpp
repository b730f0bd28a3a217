// A second engine with a store in memory, as a witness: it gets every event once and in the order of its creation, whatever the first one
// was sent. Equal state hashes are promise 1, seen. For sandboxes only.
#pragma once
#include <map>
#include <mutex>
#include <purser_sandbox.hpp>
#include <string>
#include <vector>

namespace host {

class Control {
 public:
  Control(const purser::Sandbox &box, const std::string &catalog);
  /// One delivery that the first engine answered 2xx. Repetitions are counted and dropped.
  void heard(const std::string &event_id, const std::string &body, const std::string &signature);
  /// Hands what was heard to the witness, in the order of the sandbox's own list of events. Before time is advanced: signatures age.
  void catch_up();
  /// What was delivered to nobody, the witness reads in Stripe's list.
  void sweep() { static_cast<void>(purser_.event_sweep({})); }
  /// Catches up; the account's state hash there.
  std::string hash(const std::string &account);

 private:
  struct Delivery {
    std::string body, signature;
  };
  std::vector<std::string> order() const;
  std::vector<std::string> by_creation() const;
  const purser::Sandbox &box_;
  purser::Purser purser_;
  std::mutex mutex_;
  std::map<std::string, Delivery> waiting_;
};

}  // namespace host
