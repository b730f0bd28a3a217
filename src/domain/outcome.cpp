#include "domain/outcome.hpp"

namespace purser::domain {

const char *name(Outcome outcome) {
  switch (outcome) {
    case Outcome::rejected: return "rejected";
    case Outcome::applied: return "applied";
    case Outcome::applied_unmapped: return "applied_unmapped";
    case Outcome::duplicate: return "duplicate";
    case Outcome::parked: return "parked";
    case Outcome::foreign: return "foreign";
    case Outcome::recorded: return "recorded";
    case Outcome::late: return "late";
    case Outcome::test_event: return "test_event";
    case Outcome::quarantined: return "quarantined";
  }
  return "unknown";
}

}  // namespace purser::domain
