// Storage calls as crash points.
#pragma once
#include <memory>

#include "ports/sql.hpp"
#include "support/crash_points.hpp"

namespace purser::test {

/// Before each call of each session, and after each commit: `points` is reached. It must outlive the sessions.
std::shared_ptr<ports::SqlDatabase> database_with_points(std::shared_ptr<ports::SqlDatabase> inner, CrashPoints &points);

}  // namespace purser::test
