// The way of the events from Stripe to the host, with all that goes wrong on it: reordered, repeated, delayed, lost, answered 5xx.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "box.hpp"
#include "dice.hpp"

namespace purser::simulator {

enum class Fault { none, reorder, repeat, delay, loss, error };
inline constexpr std::array<std::string_view, 6> fault_names{"none", "reorder", "repeat", "delay", "loss", "5xx"};

struct Letter {
  std::string id, type, body;
  json::Object event;  ///< only where somebody watches arrivals
};

class Post {
 public:
  Post(const Box &box, std::string secret) : box_(box), secret_(std::move(secret)) {}

  /// What happened at Stripe since the last call.
  std::vector<const Letter *> collect();
  /// Sends letters off under a fault; some arrive later. True: the fault was met.
  bool send(const Purser &purser, std::vector<const Letter *> letters, Fault fault, Dice &dice);
  /// What is due by now arrives, in any order.
  void deliver_due(const Purser &purser, Dice &dice) { deliver(purser, box_.now_ms(), dice); }
  /// All that is under way arrives. False: nothing was.
  bool deliver_all(const Purser &purser, Dice &dice) { return deliver(purser, INT64_MAX, dice); }
  bool lost_any() const { return lost_ > 0; }
  void forget_lost() { lost_ = 0; }

  /// The Stripe-Signature header of a body that is sent now.
  std::string sign(const std::string &body) const;
  const std::vector<const Letter *> &letters() const { return order_; }
  /// Called with what the host took in, in the order of arrival.
  std::function<void(const Letter &)> on_arrival;
  bool forgets_errors = false;  ///< sabotage: nothing that was answered 5xx comes again
  std::int64_t arrivals = 0;

 private:
  struct OnTheWay {
    std::int64_t due_ms;
    const Letter *letter;
  };
  const Letter *keep(json::Object &&event);
  void hand_over(const Purser &purser, const Letter &letter);
  bool deliver(const Purser &purser, std::int64_t until_ms, Dice &dice);
  void later(const Letter *letter, std::int64_t after_ms) { on_the_way_.push_back({box_.now_ms() + after_ms, letter}); }

  const Box &box_;
  std::string secret_;
  std::map<std::string, Letter> letters_;
  std::vector<const Letter *> order_;
  std::vector<OnTheWay> on_the_way_;
  std::int64_t lost_ = 0;  ///< since they were healed last
};

}  // namespace purser::simulator
