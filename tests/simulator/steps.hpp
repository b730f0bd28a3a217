// What people, hosts and time do. A step is drawn from its own dice and from what is possible now.
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "stage.hpp"

namespace purser::simulator {

/// What was done; empty = not possible now.
using Done = std::string;

/// `sends`: it makes events, so that faults can meet it.
struct Step {
  std::string_view kind;
  int weight;
  Done (*run)(Stage &, Dice &);
  bool sends = true;
};

// steps_buy.cpp
Done buy(Stage &, Dice &);
Done sell(Stage &, Dice &);
Done add_on(Stage &, Dice &);
Done one_time(Stage &, Dice &);
Done link(Stage &, Dice &);
Done foreign(Stage &, Dice &);
// steps_change.cpp
Done swap(Stage &, Dice &);
Done quantity(Stage &, Dice &);
Done pause(Stage &, Dice &);
Done unpause(Stage &, Dice &);
Done cancel(Stage &, Dice &);
Done undo(Stage &, Dice &);
Done remark(Stage &, Dice &);
// steps_money.cpp
Done fail(Stage &, Dice &);
Done recover(Stage &, Dice &);
Done refund(Stage &, Dice &);
Done dispute(Stage &, Dice &);
Done clock(Stage &, Dice &);
Done customer_deleted(Stage &, Dice &);
Done policy(Stage &, Dice &);

inline constexpr std::array steps = std::to_array<Step>({
    {"buy", 14, buy},      {"sell", 6, sell},       {"swap", 8, swap},     {"quantity", 6, quantity},
    {"fail", 7, fail},     {"recover", 6, recover}, {"pause", 4, pause},   {"unpause", 3, unpause},
    {"cancel", 7, cancel}, {"undo", 5, undo},       {"add-on", 7, add_on}, {"one-time", 6, one_time},
    {"refund", 6, refund}, {"dispute", 5, dispute}, {"clock", 12, clock},  {"customer deleted", 2, customer_deleted},
    {"link", 4, link},     {"foreign", 2, foreign}, {"remark", 4, remark}, {"policy", 1, policy, false},
});

}  // namespace purser::simulator
