#include "domain/schedule.hpp"

namespace purser::domain {

bool terminal_schedule(std::string_view status) { return status == "completed" || status == "released" || status == "canceled"; }

}  // namespace purser::domain
