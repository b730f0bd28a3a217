// Purser's answers against the oracle's.
#pragma once
#include <map>
#include <string>

#include "stage.hpp"

namespace purser::simulator {

struct Verdict {
  std::string difference;     ///< the first one, for people; empty = none
  std::int64_t accounts = 0;  ///< compared
  std::int64_t moments = 0;   ///< at which they were
};

/// Every account at now; `everywhere`: and at the moments around every end of a grant.
Verdict judge(const Stage &stage, const std::map<std::string, std::vector<Held>> &right, bool everywhere);
/// The first difference between two truths.
std::string difference(const std::map<std::string, std::vector<Held>> &right, const std::map<std::string, std::vector<Held>> &other);

/// A host's own users table, fed by changes alone: account → product → tier.
using Users = std::map<std::string, std::map<std::string, std::string>>;
void follow(const Purser &purser, Users &users);
std::string difference(const Stage &stage, const std::map<std::string, std::vector<Held>> &right, const Users &users);

/// A store that was told the same in another order, some of it twice: the first account whose hash differs.
std::string other_order(const Stage &stage, Dice &dice, bool sabotaged);

}  // namespace purser::simulator
