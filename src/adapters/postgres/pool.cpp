#include "adapters/postgres/pool.hpp"

#include <algorithm>
#include <chrono>

#include "base/hash.hpp"

namespace purser::adapters {

PostgresPool::PostgresPool(PostgresOptions options) : options_(std::move(options)), address_(postgres_address(options_)) {
  wipe(options_.url);
  options_.url.clear();
}

PostgresPool::~PostgresPool() {
  if (forked())
    for (Idle &idle : idle_) static_cast<void>(idle.connection.release());  // a farewell from the child would end the parent's session
  for (auto &[name, value] : address_.keywords) wipe(value);
  wipe(address_.password);
}

void PostgresPool::check_process() const {
  if (forked())
    throw Failure(Status::forked, "forked", "store " + address_.name + " was opened before fork; open it again in the child process",
                  "store");
}

std::int64_t PostgresPool::losses() const {
  const std::lock_guard lock(mutex_);
  return losses_;
}

bool PostgresPool::take(const void *user, Connection &connection) {
  auto found = std::find_if(idle_.begin(), idle_.end(), [&](const Idle &idle) { return idle.user == user; });
  if (found == idle_.end() && open_ < address_.connections_max) {
    ++open_;
    return true;
  }
  if (found == idle_.end()) found = idle_.begin();
  if (found == idle_.end()) return false;
  connection = std::move(found->connection);
  idle_.erase(found);
  return true;
}

PostgresPool::Lease PostgresPool::lease(const void *user) {
  Connection connection;
  {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, std::chrono::milliseconds(options_.busy_timeout_ms), [&] { return take(user, connection); }))
      throw Failure(Status::unavailable, "store_locked",
                    "store " + address_.name + ": all of its " + std::to_string(address_.connections_max) +
                        " connections are in use; raise connections_max, or repeat the call",
                    "store");
  }
  if (connection && connection->broken()) {
    connection.reset();  // its place stays taken
    const std::lock_guard lock(mutex_);
    ++losses_;
  }
  if (!connection) connection = make();
  return Lease(connection.release(), GiveBack{this, user});
}

PostgresPool::Connection PostgresPool::make() {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++made_;
  }
  try {
    return std::make_unique<PostgresConnection>(address_, options_, number);
  } catch (...) {
    drop(nullptr, false);
    throw;
  }
}

void PostgresPool::drop(Connection connection, bool lost) noexcept {
  connection.reset();
  {
    const std::lock_guard lock(mutex_);
    --open_;
    losses_ += lost;
  }
  freed_.notify_one();
}

void PostgresPool::give_back(const void *user, PostgresConnection *connection) noexcept {
  Connection owned(connection);
  if (forked()) return static_cast<void>(owned.release());
  if (owned->broken() || owned->in_transaction()) return drop(std::move(owned), true);
  try {
    const std::lock_guard lock(mutex_);
    idle_.push_back({user, std::move(owned)});
  } catch (...) { return drop(std::move(owned), true); }
  freed_.notify_one();
}

}  // namespace purser::adapters
