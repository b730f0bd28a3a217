// One row that counts the commits of all writers: on PostgreSQL an adapter tells other sessions' commits by it, as SQLite does by
// itself (PRAGMA data_version). Made by the adapter's first writer, before there is a store.
#pragma once
#include <string_view>

namespace purser::store {

inline constexpr std::string_view commit_count_create =
    "CREATE TABLE IF NOT EXISTS purser_commits (one BIGINT PRIMARY KEY, commits BIGINT NOT NULL) WITH (fillfactor = 10); "
    "INSERT INTO purser_commits (one, commits) VALUES (1, 0) ON CONFLICT (one) DO NOTHING";
inline constexpr std::string_view commit_count_read = "SELECT commits FROM purser_commits";
inline constexpr std::string_view commit_count_add = "UPDATE purser_commits SET commits = commits + 1";

}  // namespace purser::store
