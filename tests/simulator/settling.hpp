// Rest: nothing is under way, nothing is due.
#pragma once
#include "stage.hpp"

namespace purser::simulator {

/// All arrives; the list of events brings what was lost, a fetch what nobody told. Time passes meanwhile. Returns how many objects were
/// fetched; throws where gaps stay open.
std::int64_t settle(Stage &stage, Dice &dice);

}  // namespace purser::simulator
