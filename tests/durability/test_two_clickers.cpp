// Two processes on one store, and a click of the same account in both at the same moment.
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <barrier>
#include <thread>

#include "adapters/sqlite.hpp"
#include "catch.hpp"
#include "durability/long_run.hpp"
#include "durability/purchase.hpp"
#include "durability/store_state.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;

namespace {

constexpr int processes = 2;

std::string text(const json::value &message, std::string_view key) { return std::string(json::as_text(json::find(&message, key))); }
std::string account_of(int round) { return "acct_" + std::to_string(round); }
/// Every third round they want different things.
const char *tier_of(int round, int process) { return round % 3 == 2 && process == 1 ? "app/starter" : "app/pro"; }

class LineHttp final : public ports::Http {
 public:
  explicit LineHttp(const RemoteLine &line) : line_(line) {}
  void send(ports::HttpRequest request, Done done) noexcept override { done(answer_of(line_.ask(json::object{{"http", to_message(request)}}))); }

 private:
  const RemoteLine &line_;
};

[[noreturn]] void click_on(int socket, int process, int rounds, const std::string &path) {
  const RemoteLine line(socket);
  try {
    World world({.path = path, .http = [&](const auto &) { return std::make_shared<LineHttp>(line); }});
    for (int round = 0; round < rounds; ++round) {
      engine::CheckoutWish wish;
      wish.account = account_of(round);
      wish.tier = tier_of(round, process);
      wish.success_url = "https://app.example.com/welcome";
      line.ask(json::object{{"ready", round}});
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

Given serve(int socket, FakeStripe &stripe, std::barrier<> &together) {
  const RemoteLine line(socket);
  Given given;
  while (const auto message = line.get()) {
    json::value answer = json::object{};
    if (const json::value *request = json::find(&*message, "http"))
      stripe.send(request_of(request->as_object()), [&](const ports::HttpAnswer &made) { answer = to_message(made); });
    if (json::find(&*message, "ready")) together.arrive_and_wait();
    if (json::find(&*message, "made")) given.push_back(text(*message, "made"));
    if (!line.put(answer)) break;
  }
  together.arrive_and_drop();  // the other one must not wait for the dead
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
  std::barrier<> together(processes);
  std::vector<Given> given(processes);
  {
    std::vector<std::jthread> serving;
    for (std::size_t p = 0; p < sockets.size(); ++p) serving.emplace_back([&, p] { given[p] = serve(sockets[p], stripe, together); });
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
