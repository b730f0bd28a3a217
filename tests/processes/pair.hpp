// Two hosts on one store. Events go to either, at random; both die at times, and what they had not answered comes again, to either.
#pragma once
#include <array>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "processes/host.hpp"
#include "simulator/stage.hpp"

namespace purser::test {

class HostPair {
 public:
  /// `kill_permille`: of a thousand orders so many are the last one of the host that gets it.
  HostPair(simulator::Stage &stage, std::string store, std::uint64_t seed, int kill_permille);
  ~HostPair();
  HostPair(const HostPair &) = delete;
  HostPair &operator=(const HostPair &) = delete;

  /// What Stripe sends; `lose_percent` of it never arrives.
  void post(const std::vector<const simulator::Letter *> &letters, int lose_percent);
  void link(const std::string &account, const std::string &customer) { orders_.push_back("link " + account + " " + customer); }
  /// Hosts work for a while; some orders stay for later.
  void work(std::size_t leave);
  /// One of them reads Stripe's list of events.
  void sweep();
  /// Until every order was answered 2xx, every loss swept and every gap closed.
  void settle();

  /// Events that a host has answered 2xx: they must be in the store.
  const std::set<std::string> &answered_events() const { return answered_events_; }
  std::int64_t kills() const { return kills_; }
  std::int64_t killed_at_work() const { return killed_at_work_; }
  std::int64_t lost() const { return lost_; }
  std::int64_t again() const { return again_; }

 private:
  struct Seat {
    std::unique_ptr<HostProcess> host;
    std::optional<std::string> order;  ///< what it is doing
  };
  void give(Seat &seat);
  void restart(Seat &seat);
  void listen();
  void answered(Seat &seat, const std::string &answer);
  /// One host does it and nothing else; its answer. Done again where it was killed meanwhile.
  std::string ask(const std::string &order);
  bool busy() const;

  simulator::Stage &stage_;
  simulator::Dice dice_;
  int kill_permille_;
  std::atomic<std::int64_t> *now_ms_;
  Premises premises_;
  std::array<Seat, 2> seats_;
  std::vector<std::string> orders_;  ///< "event ID" or "link …"
  std::map<std::string, const simulator::Letter *> letters_;
  std::set<std::string> answered_events_;
  std::string last_answer_;
  std::int64_t kills_ = 0, killed_at_work_ = 0, lost_ = 0, again_ = 0;
};

}  // namespace purser::test
