// `ask` beside `send`: whoever waits carries the bytes, nobody hangs, nobody runs another's `done` while it may hold locks.
#include <signal.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "adapters/http_asking.hpp"
#include "adapters/http_contract.hpp"
#include "catch.hpp"
#include "support/certificates.hpp"
#include "support/child_process.hpp"
#include "support/http_server.hpp"
#include "support/temporary_folder.hpp"

namespace purser::test {
namespace {

using ports::HttpAnswer;
using ports::HttpRequest;

int threads_of_this_process() {
  int count = 0;
  for (const auto &task : std::filesystem::directory_iterator("/proc/self/task")) count += task.exists() ? 1 : 0;
  return count;
}

}  // namespace

void check_http_ask(const HttpMaker &make) {
  SECTION("an answer comes back over a kept connection, and no thread is started for it") {
    HttpServer server([](const HttpSeen &seen) { return reply(seen.body); });
    const auto http = make({});
    CHECK(http->ask(request_of(server.url("/"), "POST", "first")).body == "first");
    const int before = threads_of_this_process();
    for (int i = 0; i < 20; ++i) CHECK(http->ask(request_of(server.url("/"), "POST", std::to_string(i))).body == std::to_string(i));
    CHECK(server.connections() == 1);
    CHECK(threads_of_this_process() == before);
  }
  SECTION("what goes wrong is said as by send") {
    const auto http = make({});
    CHECK(shown(http->ask(request_of("http://127.0.0.1:" + std::to_string(free_port()) + "/"))) == "not_sent connect");
    CHECK(shown(http->ask(request_of("http://example.com/"))) == "not_sent url");
    HttpServer server([](const HttpSeen &) {
      HttpReply made = reply("late");
      made.delay_ms = 600;
      return made;
    });
    HttpRequest request = request_of(server.url("/"));
    request.timeout_ms = 100;
    CHECK(shown(http->ask(request)) == "lost timeout");
  }
  SECTION("many threads ask, some send, all get their own") {
    HttpServer server([](const HttpSeen &seen) { return reply(seen.target); });
    const auto http = make({.connections_max = 4});
    std::vector<std::thread> threads;
    std::atomic<int> right{0};
    for (int t = 0; t < 8; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 50; ++i) {
          const std::string target = "/" + std::to_string(t) + "/" + std::to_string(i);
          const HttpAnswer answer = t % 4 == 3 ? ask(*http, request_of(server.url(target))) : http->ask(request_of(server.url(target)));
          right += answer.body == target ? 1 : 0;
        }
      });
    for (std::thread &thread : threads) thread.join();
    CHECK(right == 8 * 50);
    CHECK(server.connections() <= 4);
  }
  SECTION("an answer to send never runs on the thread of an ask, which may hold locks") {
    HttpServer server([](const HttpSeen &seen) {
      HttpReply made = reply(seen.target);
      made.delay_ms = seen.target == "/slow" ? 50 : 5;
      return made;
    });
    const auto http = make({});
    std::atomic<int> wrong{0}, ended{0};
    for (int round = 0; round < 5; ++round) {
      const std::thread::id asker = std::this_thread::get_id();
      for (int i = 0; i < 4; ++i)
        http->send(request_of(server.url("/quick")), [&, asker](const HttpAnswer &) {
          wrong += std::this_thread::get_id() == asker ? 1 : 0;
          ++ended;
        });
      CHECK(http->ask(request_of(server.url("/slow"))).body == "/slow");
    }
    for (int i = 0; i < 10'000 && ended < 20; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    CHECK(ended == 20);
    CHECK(wrong == 0);
  }
  SECTION("asking from within an answer is refused, not hung") {
    HttpServer server([](const HttpSeen &) { return reply("{}"); });
    const auto http = make({});
    std::promise<std::string> said;
    http->send(request_of(server.url("/")), [&](const HttpAnswer &) { said.set_value(shown(http->ask(request_of(server.url("/"))))); });
    CHECK(said.get_future().get() == "not_sent busy");
  }
  SECTION("a connection that died, over TLS, raises no signal in the caller") {
    const TemporaryFolder folder;
    Authority authority(folder.path());
    HttpServer server([](const HttpSeen &) { return reply("{}"); }, authority.issue());
    const auto http = make({.ca_file = authority.ca_file()});
    // In a child with the default action: a signal would end it.
    CHECK(in_child([&] {
            ::signal(SIGPIPE, SIG_DFL);
            const auto own = make({.ca_file = authority.ca_file()});
            int right = 0;
            for (int i = 0; i < 5; ++i)
              right += shown(own->ask(request_of(server.url("/", "localhost"), "POST", "a=b"))) == "answered 200" ? 1 : 0;
            return right == 5 ? 0 : 1;
          }) == 0);
    for (int i = 0; i < 3; ++i) {
      CHECK(shown(http->ask(request_of(server.url("/", "localhost"), "POST", "a=b"))) == "answered 200");
      server.drop_connections();
    }
  }
  SECTION("a forked child is refused") {
    HttpServer server([](const HttpSeen &) { return reply("{}"); });
    const auto http = make({});
    CHECK(shown(http->ask(request_of(server.url("/")))) == "answered 200");
    CHECK(in_child([&] { return shown(http->ask(request_of(server.url("/")))) == "not_sent forked" ? 0 : 1; }) == 0);
  }
}

}  // namespace purser::test
