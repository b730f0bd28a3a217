// The connections of one database object: never more than its bound, made when needed, made anew when broken.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>

#include "adapters/postgres/connection.hpp"
#include "adapters/process.hpp"

namespace purser::adapters {

class PostgresPool {
 public:
  explicit PostgresPool(PostgresOptions options);
  ~PostgresPool();
  PostgresPool(const PostgresPool &) = delete;
  PostgresPool &operator=(const PostgresPool &) = delete;

  struct GiveBack {
    PostgresPool *pool = nullptr;
    const void *user = nullptr;
    void operator()(PostgresConnection *connection) const noexcept { pool->give_back(user, connection); }
  };
  using Lease = std::unique_ptr<PostgresConnection, GiveBack>;
  /// The one that `user` had last, a new one, or an idle one of somebody else; waits where the bound is reached, then store_locked.
  Lease lease(const void *user);

  /// How many connections broke. What a session remembers of one is void when this has moved.
  std::int64_t losses() const;
  const PostgresOptions &options() const { return options_; }
  const std::string &name() const { return address_.name; }
  bool forked() const noexcept { return !process_.same(); }
  /// Throws forked in a child process: the socket belongs to the parent.
  void check_process() const;

 private:
  struct Idle {
    const void *user;
    std::unique_ptr<PostgresConnection> connection;
  };
  using Connection = std::unique_ptr<PostgresConnection>;
  void give_back(const void *user, PostgresConnection *connection) noexcept;
  /// Under mutex_: an idle one, null for "make one" (its place is taken), or nothing yet.
  bool take(const void *user, Connection &connection);
  Connection make();
  void drop(Connection connection, bool lost) noexcept;

  PostgresOptions options_;
  PostgresAddress address_;
  Process process_;
  mutable std::mutex mutex_;
  std::condition_variable freed_;
  std::list<Idle> idle_;  ///< longest idle first
  std::size_t open_ = 0;
  std::uint64_t made_ = 0;
  std::int64_t losses_ = 0;
};

}  // namespace purser::adapters
