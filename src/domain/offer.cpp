#include "domain/offer.hpp"

namespace purser::domain {

const char *name(Interval interval) {
  switch (interval) {
    case Interval::any: return "any";
    case Interval::day: return "day";
    case Interval::week: return "week";
    case Interval::month: return "month";
    case Interval::year: return "year";
    case Interval::once: return "once";
  }
  return "any";
}

const char *name(PortalFlow flow) {
  switch (flow) {
    case PortalFlow::home: return "home";
    case PortalFlow::payment_method: return "payment_method";
    case PortalFlow::cancel: return "cancel";
    case PortalFlow::update: return "update";
    case PortalFlow::update_confirm: return "update_confirm";
  }
  return "home";
}

}  // namespace purser::domain
