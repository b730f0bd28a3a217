// kill -9 in the middle of an ingest from 8 threads, while at least one delivery waits for its answer.
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <random>
#include <thread>

#include "adapters/sqlite.hpp"
#include "catch.hpp"
#include "durability/deliveries.hpp"
#include "durability/long_run.hpp"
#include "durability/store_state.hpp"
#include "durability/wrong_database.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr std::size_t deliveries_max = 1024;
constexpr int threads = 8;

/// What the child has told the outside; outlives it.
struct Board {
  std::atomic<std::size_t> next;
  std::atomic<std::size_t> answers;
  std::array<std::atomic<bool>, deliveries_max> started;
  std::array<std::atomic<bool>, deliveries_max> answered;
};

class SharedBoard {
 public:
  SharedBoard() : board_(static_cast<Board *>(::mmap(nullptr, sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    if (board_ == MAP_FAILED) throw std::runtime_error("no shared memory");
  }
  ~SharedBoard() { ::munmap(board_, sizeof(Board)); }
  SharedBoard(const SharedBoard &) = delete;
  SharedBoard &operator=(const SharedBoard &) = delete;
  Board *operator->() const { return board_; }

 private:
  Board *board_;
};

std::shared_ptr<ports::SqlDatabase> database_at(const std::string &path, const SqlWrap &wrong) {
  const auto plain = adapters::sqlite_database({.path = path});
  return wrong ? wrapped_database(plain, wrong) : plain;
}

[[noreturn]] void ingest(const std::string &path, const SqlWrap &wrong, const std::vector<Delivery> &deliveries, const SharedBoard &board) {
  try {
    World world({.mode = engine::Mode::offline, .database = database_at(path, wrong)});
    world.apply();
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t) {
      running.emplace_back([&] {
        for (std::size_t i = board->next++; i < deliveries.size(); i = board->next++) {
          board->started[i] = true;
          const auto receipt = world.engine->webhook_receive(deliveries[i].body, deliveries[i].signature, "", 0);
          board->answered[i] = is_2xx(receipt);
          ++board->answers;
        }
      });
    }
    for (std::thread &thread : running) thread.join();
  } catch (...) { ::_exit(1); }
  ::_exit(0);
}

struct Killed {
  bool counts = false;  ///< it was killed while a delivery was unanswered
  std::string fault;
};

std::string fault_of(const std::string &path, const std::vector<Delivery> &deliveries, const std::string &hash, const SharedBoard &board) {
  const auto database = adapters::sqlite_database({.path = path});
  try {
    World world({.mode = engine::Mode::offline, .database = database});
    const std::set<std::string> stored = stored_events(*database);
    for (std::size_t i = 0; i < deliveries.size(); ++i) {
      if (board->answered[i] && !stored.contains(deliveries[i].id)) return "lost " + deliveries[i].id;
    }
    if (const std::string damage = damage_of(*database); !damage.empty()) return "damaged: " + damage;
    world.apply();
    if (deliver_all(*world.engine, deliveries) != 0) return "a redelivery was refused";
    if (world.hash() != hash) return "redelivery does not converge";
  } catch (const Failure &failure) { return "does not open: " + failure.error().message; }
  return {};
}

Killed kill_once(std::uint64_t seed, const SqlWrap &wrong, const std::vector<Delivery> &deliveries, const std::string &hash) {
  const TemporaryFolder folder;
  const SharedBoard board;
  std::mt19937_64 random(seed);
  const pid_t child = ::fork();
  if (child == 0) ingest(folder.file("store.db"), wrong, deliveries, board);
  const std::size_t enough = random() % (deliveries.size() * 3 / 4);
  while (board->answers < enough && ::waitpid(child, nullptr, WNOHANG) == 0) ::usleep(100);
  ::usleep(static_cast<useconds_t>(random() % 3000));
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  bool waiting = false;
  for (std::size_t i = 0; i < deliveries.size(); ++i) waiting = waiting || (board->started[i] && !board->answered[i]);
  return {waiting && WIFSIGNALED(status), fault_of(folder.file("store.db"), deliveries, hash, board)};
}

std::string hash_without_a_crash(const std::vector<Delivery> &deliveries) {
  World world({.mode = engine::Mode::offline});
  world.apply();
  CHECK(deliver_all(*world.engine, deliveries) == 0);
  return world.hash();
}

}  // namespace

TEST_CASE("kill -9 while deliveries wait: every answered one is stored, redelivery converges") {
  const auto deliveries = make_deliveries(40, 3);
  REQUIRE(deliveries.size() <= deliveries_max);
  const std::string hash = hash_without_a_crash(deliveries);
  const int wanted = long_run() ? 100 : 10;
  int killed = 0;
  for (std::uint64_t seed = 0; killed < wanted && seed < 10u * static_cast<std::uint64_t>(wanted); ++seed) {
    const Killed result = kill_once(seed, nullptr, deliveries, hash);
    killed += result.counts;
    INFO("seed " << seed);
    REQUIRE(result.fault == "");
  }
  CHECK(killed == wanted);
}

TEST_CASE("the kill test sees an answer before COMMIT") {
  const auto deliveries = make_deliveries(40, 3);
  const std::string hash = hash_without_a_crash(deliveries);
  std::string fault;
  for (std::uint64_t seed = 0; fault.empty() && seed < 50; ++seed) fault = kill_once(seed, with_late_commit(), deliveries, hash).fault;
  CHECK(fault.starts_with("lost "));
}
