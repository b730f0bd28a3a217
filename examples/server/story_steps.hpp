// The chapters of the story, in their order. Each throws Wrong at the first thing that is not as it must be.
#pragma once
#include "story_pick.hpp"
#include "story_stage.hpp"

namespace host::story {

/// What was bought first and lives through the story.
struct Plot {
  Pick pick;
  std::string session, subscription;
};

// Before the money (story_visit.cpp)
void visit_pricing(Stage &stage);
void sign_in(Stage &stage);
void refusals(Stage &stage);

// The purchase (story_buy.cpp)
void open_checkout(Stage &stage, Plot &plot);
void pay(Stage &stage, Plot &plot);
void come_back(Stage &stage, Plot &plot);
void buy_more(Stage &stage, Plot &plot);
void buy_again(Stage &stage, Plot &plot);

// The portal (story_portal.cpp)
void open_portal(Stage &stage);
void change_tier(Stage &stage, Plot &plot);
void cancel_and_resume(Stage &stage, Plot &plot);

// Lost webhooks (story_lost.cpp)
void lose_and_sweep(Stage &stage, Plot &plot);
void lose_and_fetch(Stage &stage, Plot &plot);

// Money that goes back (story_money.cpp)
void dispute(Stage &stage, Plot &plot);
void refund(Stage &stage, Plot &plot);

// Another account's end (story_end.cpp)
void close_and_erase(Stage &stage, Plot &plot);

// Time (story_time.cpp)
void trial_ending(Stage &stage, Plot &plot);
void renew(Stage &stage, Plot &plot);
void fail_and_recover(Stage &stage, Plot &plot);
void end(Stage &stage, Plot &plot);

}  // namespace host::story
