// PostgreSQL's SQLSTATEs as typed failures which name the store and the fix.
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace purser::adapters {

/// Whose SQL it was: ours being wrong is a bug in Purser, a host's is a mistake in the call.
enum class PostgresOrigin { purser, host };

/// What `state` means for the store `name`. `message` is the server's primary message; it is repeated only where it names tables,
/// columns and syntax, never where it could hold a value.
Error postgres_error(std::string_view state, std::string_view message, const std::string &name,
                     PostgresOrigin origin = PostgresOrigin::purser);

/// The connection itself: could not be made, or broke.
Error postgres_unreachable(std::string_view message, const std::string &name);

}  // namespace purser::adapters
