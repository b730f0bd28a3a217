// Databases that do one thing wrong: the durability tests must see each of them.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "ports/sql.hpp"

namespace purser::test {

using SqlWrap = std::function<std::unique_ptr<ports::SqlSession>(std::unique_ptr<ports::SqlSession>)>;
/// Every writing session of `inner` passes through `wrap`.
std::shared_ptr<ports::SqlDatabase> wrapped_database(std::shared_ptr<ports::SqlDatabase> inner, SqlWrap wrap);

/// Runs a script on each session when it is opened, for settings.
SqlWrap with_setting(std::string script);
/// commit() returns at once; the real commit happens when the session is used again.
SqlWrap with_late_commit();
/// The event's row is committed by itself, before what follows from it.
SqlWrap with_split_transaction();

}  // namespace purser::test
