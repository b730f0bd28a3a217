// A host that dies at every storage call and every exchange with Stripe while it closes an account: afterwards nobody pays any more, each
// subscription was cancelled, and one click is one intent.
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "catch.hpp"
#include "durability/long_run.hpp"
#include "durability/purchase.hpp"
#include "durability/store_state.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;
using domain::CloseWhen;

namespace {

constexpr std::int64_t points_of_a_slice = 100;  ///< PURSER_SOAK=1 takes them all

class RemoteHttp final : public ports::Http {
 public:
  RemoteHttp(const RemoteLine &line, CrashPoints &points) : line_(line), points_(points) {}
  void send(ports::HttpRequest request, Done done) noexcept override {
    points_.reach();
    ports::HttpAnswer answer = answer_of(line_.ask(json::object{{"http", to_message(request)}}));
    points_.reach();  // it has had its effect; the answer is not taken in
    done(std::move(answer));
  }

 private:
  const RemoteLine &line_;
  CrashPoints &points_;
};

/// Closes the account in a child that ends at point `crash_at`.
Walk closes(Outside &outside, const std::string &path, CloseWhen when, std::int64_t crash_at) {
  int ends[2];
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    const RemoteLine line(ends[1]);
    CrashPoints points(crash_at);
    std::string fault;
    try {
      World world({.database = database_with_points(adapters::sqlite_database({.path = path}), points),
                   .http = [&](const auto &) { return std::make_shared<RemoteHttp>(line, points); },
                   .clock = std::make_shared<ManualClock>(start_ms + 120'000)});
      if (world.engine->account_close(buyer, when, 0).open != 0) fault = "left open";
    } catch (const std::exception &error) { fault = error.what(); }
    line.put(json::object{{"points", points.passed()}, {"fault", fault}});
    ::_exit(0);
  }
  ::close(ends[1]);
  Walk walk;
  outside.serve(RemoteLine(ends[0]), walk);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  walk.crashed = WIFEXITED(status) && WEXITSTATUS(status) == CrashPoints::exit_code;
  return walk;
}

/// A store whose buyer has a subscription, and its Stripe.
void buy(Outside &outside, const std::string &path) {
  make_store(path);
  REQUIRE(host_walks(outside, path, "app/pro", Way::click, CrashPoints::never).fault == "");
  outside.clock->set(start_ms + 120'000);
}

}  // namespace

TEST_CASE("closing an account: crash at every point, the outbox or the next click finishes it, once") {
  for (const CloseWhen when : {CloseWhen::now, CloseWhen::at_period_end}) {
    const TemporaryFolder folder(TemporaryFolder::On::memory);
    std::int64_t points = 0;
    {
      Outside outside;
      buy(outside, folder.file("before.db"));
      std::filesystem::copy_file(folder.file("before.db"), folder.file("right.db"));
      const Walk walk = closes(outside, folder.file("right.db"), when, CrashPoints::never);
      REQUIRE(walk.fault == "");
      points = walk.points;
    }
    REQUIRE(points > 20);
    const std::int64_t stride = long_run() ? 1 : std::max<std::int64_t>(1, points / points_of_a_slice);
    for (std::int64_t at = 0; at < points; at += stride) {
      INFO(domain::name(when) << ": crash at point " << at << " of " << points);
      const std::string path = folder.file("crashed.db");
      for (const char *tail : {"", "-wal", "-shm"}) std::filesystem::remove(path + tail);
      Outside outside;
      buy(outside, path);
      REQUIRE(closes(outside, path, when, at).crashed);
      outside.stripe.log.clear();
      const std::shared_ptr<ports::Http> stripe(&outside.stripe, [](ports::Http *) {});
      World world({.path = path, .http = [&](const auto &) { return stripe; }, .clock = std::make_shared<ManualClock>(start_ms + 180'000)});
      const bool begun = world.engine->query("SELECT count(*) FROM purser_v_intent WHERE kind = 'cancel'", 0).cells[0].integer == 1;
      if (begun && at % 2 == 0) CHECK(world.engine->outbox_settle(0, 0, 0).open == 0);
      const engine::Closed closed = world.engine->account_close(buyer, when, 0);
      CHECK(closed.open == 0);
      CHECK(closed.subscriptions == 1);
      const std::vector<std::string> ids = outside.stripe.ids("sub_");
      REQUIRE(ids.size() == 1);
      json::object &subscription = outside.stripe.object(ids.front());
      if (when == CloseWhen::now)
        CHECK(subscription["status"] == "canceled");
      else
        CHECK(subscription["cancel_at_period_end"] == true);
      CHECK(world.engine->check(buyer, "crm") == (when == CloseWhen::now ? 0 : 1));
      CHECK(world.engine->query("SELECT count(*) FROM purser_v_intent WHERE kind = 'cancel' AND state <> 'done'", 0).cells[0].integer == 0);
      CHECK(world.engine->query("SELECT count(*) FROM purser_v_intent WHERE kind = 'cancel'", 0).cells[0].integer <= 1);
      CHECK(world.engine->ledger_verify(std::nullopt).intact);
    }
    WARN(domain::name(when) << ": " << points << " points");
  }
}
