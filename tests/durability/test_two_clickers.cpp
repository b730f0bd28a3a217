// Two processes on one store, and a click of the same account in both at the same moment.
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "adapters/sqlite.hpp"
#include "catch.hpp"
#include "durability/long_run.hpp"
#include "durability/purchase.hpp"
#include "durability/store_state.hpp"
#include "durability/wrong_database.hpp"
#include "support/forwarding_session.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr int processes = 2;  ///< the crossings are made for two

std::string text(const json::value &message, std::string_view key) { return std::string(json::as_text(json::find(&message, key))); }
std::string account_of(int round) { return "acct_" + std::to_string(round); }
/// Every third round they want different things.
const char *tier_of(int round, int process) { return round % 3 == 2 && process == 1 ? "app/starter" : "app/pro"; }

class LineHttp final : public ports::Http {
 public:
  explicit LineHttp(const RemoteLine &line) : line_(line) {}
  void send(ports::HttpRequest request, Done done) noexcept override {
    done(answer_of(line_.ask(json::object{{"http", to_message(request)}})));
  }

 private:
  const RemoteLine &line_;
};

/// Waits for the other process before it writes: what both have read is then what neither has written.
class Meeting final : public ForwardingSession {
 public:
  Meeting(std::unique_ptr<ports::SqlSession> inner, const RemoteLine &line) : ForwardingSession(std::move(inner)), line_(line) {}
  void begin_write() override {
    line_.ask(json::object{{"meet", "soon"}});
    inner().begin_write();
  }

 private:
  const RemoteLine &line_;
};

/// Where both processes wait for each other, but not for ever: one of them may have nothing to do here.
class Crossing {
 public:
  void meet(std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    const std::int64_t round = round_;
    if (++waiting_ == processes) {
      waiting_ = 0;
      ++round_;
      met_.notify_all();
    } else if (!met_.wait_for(lock, at_most, [&] { return round_ != round; })) {
      --waiting_;
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable met_;
  int waiting_ = 0;
  std::int64_t round_ = 0;
};

[[noreturn]] void click_on(int socket, int process, int rounds, const std::string &path) {
  const RemoteLine line(socket);
  try {
    const auto database = wrapped_database(adapters::sqlite_database({.path = path}), [&](std::unique_ptr<ports::SqlSession> session) {
      return std::make_unique<Meeting>(std::move(session), line);
    });
    World world({.database = database, .http = [&](const auto &) { return std::make_shared<LineHttp>(line); }});
    for (int round = 0; round < rounds; ++round) {
      engine::CheckoutWish wish;
      wish.account = account_of(round);
      wish.tier = tier_of(round, process);
      wish.success_url = "https://app.example.com/welcome";
      line.ask(json::object{{"meet", "click"}});
      std::string made;
      try {
        made = world.engine->checkout_create(wish).session_id;
      } catch (const Failure &failure) { made = failure.error().reason + ": " + failure.error().message; }
      line.ask(json::object{{"round", round}, {"made", made}});
    }
  } catch (...) { ::_exit(1); }
  ::_exit(0);
}

/// What each process was given, by round.
using Given = std::vector<std::string>;

Given serve(int socket, FakeStripe &stripe, Crossing &clicks, Crossing &writes) {
  const RemoteLine line(socket);
  Given given;
  while (const auto message = line.get()) {
    json::value answer = json::object{};
    if (const json::value *request = json::find(&*message, "http"))
      stripe.send(request_of(request->as_object()), [&](const ports::HttpAnswer &made) { answer = to_message(made); });
    if (text(*message, "meet") == "click") clicks.meet(std::chrono::seconds(5));
    if (text(*message, "meet") == "soon") writes.meet(std::chrono::milliseconds(3));
    if (json::find(&*message, "made")) given.push_back(text(*message, "made"));
    if (!line.put(answer)) break;
  }
  return given;
}

}  // namespace

TEST_CASE("two processes click for the same account at the same moment: one customer, one session that counts") {
  const int rounds = long_run() ? 5000 : 300;
  const TemporaryFolder folder(TemporaryFolder::On::memory);
  const std::string path = folder.file("store.db");
  make_store(path);
  FakeStripe stripe(std::make_shared<ManualClock>(start_ms));
  std::vector<int> sockets;
  std::vector<pid_t> children;
  for (int process = 0; process < processes; ++process) {
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    children.push_back(::fork());
    if (children.back() == 0) {
      ::close(ends[0]);
      for (const int other : sockets) ::close(other);
      click_on(ends[1], process, rounds, path);
    }
    ::close(ends[1]);
    sockets.push_back(ends[0]);
  }
  Crossing clicks, writes;
  std::vector<Given> given(processes);
  {
    std::vector<std::jthread> serving;
    for (std::size_t p = 0; p < sockets.size(); ++p) serving.emplace_back([&, p] { given[p] = serve(sockets[p], stripe, clicks, writes); });
  }
  for (const int socket : sockets) ::close(socket);
  for (const pid_t child : children) {
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE((WIFEXITED(status) && WEXITSTATUS(status) == 0));
  }

  std::map<std::string, std::int64_t> customers, sessions_open;
  for (const std::string &id : stripe.ids("cus_")) ++customers[text(*stripe.object(id).if_contains("metadata"), "purser_account")];
  for (const std::string &id : stripe.ids("cs_"))
    if (text(stripe.object(id), "status") == "open") ++sessions_open[text(*stripe.object(id).if_contains("metadata"), "purser_account")];
  int replaced = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::string a = given[0].at(static_cast<std::size_t>(round)), b = given[1].at(static_cast<std::size_t>(round));
    INFO("round " << round << ": " << a << " and " << b);
    REQUIRE(a.starts_with("cs_"));
    REQUIRE(b.starts_with("cs_"));
    CHECK((a == b) == (std::string(tier_of(round, 0)) == tier_of(round, 1)));
    replaced += a != b;
    CHECK(customers[account_of(round)] == 1);
    CHECK(sessions_open[account_of(round)] == 1);
  }
  CHECK(replaced > 0);
  const auto database = adapters::sqlite_database({.path = path});
  CHECK(number(*database->open(true), "SELECT count(*) FROM purser_v_intent WHERE state IN ('open', 'unknown')") == 0);
  CHECK(damage_of(*database) == "");
}
