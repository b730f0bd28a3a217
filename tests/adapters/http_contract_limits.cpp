// The second half of the HTTP contract: what is refused, TLS, many at once, the end.
#include <atomic>
#include <cstdlib>
#include <set>
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

HttpReply ok(const HttpSeen &) { return reply("{}"); }

/// Sets an environment variable for one scope.
class Environment {
 public:
  Environment(const char *name, const std::string &value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~Environment() { ::unsetenv(name_); }
  Environment(const Environment &) = delete;
  Environment &operator=(const Environment &) = delete;

 private:
  const char *name_;
};

/// A server that answers when it is told to.
struct Held {
  std::atomic<bool> go{false};
  HttpServer server{[this](const HttpSeen &) {
    while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return reply("{}");
  }};
  ~Held() { go = true; }
  void wait_for_requests(int count) const {
    for (int i = 0; i < 20'000 && server.requests() < count; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
};

}  // namespace

void check_http_refusals(const HttpMaker &make) {
  SECTION("nobody listens: not sent") {
    const HttpAnswer answer = ask(*make({}), request_of("http://127.0.0.1:" + std::to_string(free_port()) + "/"));
    CHECK(shown(answer) == "not_sent connect");
    CHECK_FALSE(answer.message.empty());
  }
  SECTION("what is no address of an API is not tried") {
    for (const char *url : {"",
                            "/v1/x",
                            "api.stripe.com/v1",
                            "http://api.stripe.com/v1",
                            "http://10.0.0.1/",
                            "http://127.0.0.1.evil.com/",
                            "http://localhost.evil.com/",
                            "ftp://127.0.0.1/",
                            "file:///etc/passwd",
                            "https://user@127.0.0.1/",
                            "https://a:b@127.0.0.1/",
                            "https://127.0.0.1/#x",
                            "https://127.0.0.1/a b",
                            "https://127.0.0.1\\@evil.com/",
                            "https://127.0.0.1:0/",
                            "https://127.0.0.1:99999/",
                            "https://127.0.0.1:/",
                            "https:///x",
                            "https://[::1/",
                            "https://[evil]/",
                            "https://127.0.0.1/\r\nX: y",
                            "https://ex\xC3\xA4mple.com/",
                            "http://0.0.0.0/",
                            "http://[::]/",
                            "http://2130706433/"}) {
      INFO(url);
      CHECK(shown(ask(*make({}), request_of(url))) == "not_sent url");
    }
  }
  SECTION("a request that would break the message, or take over the client's part, is not tried") {
    HttpServer server(ok);
    const auto http = make({});
    const auto with = [&](const std::string &method, ports::HttpHeader one, const std::string &body = {}) {
      HttpRequest request = request_of(server.url("/"), method, body);
      request.headers.push_back(std::move(one));
      return shown(ask(*http, std::move(request)));
    };
    CHECK(with("GET", {"X", "a"}) == "answered 200");
    CHECK(with("GET", {"X", "a\r\nY: b"}) == "not_sent request");
    CHECK(with("GET", {"X", std::string("a\0b", 3)}) == "not_sent request");
    CHECK(with("GET", {"X: y\r\nZ", "a"}) == "not_sent request");
    CHECK(with("GET", {"", "a"}) == "not_sent request");
    for (const char *own : {"Host", "content-length", "Transfer-Encoding", "Connection", "Expect"})
      CHECK(with("GET", {own, "1"}) == "not_sent request");
    CHECK(with("PUT", {"X", "a"}) == "not_sent request");
    CHECK(with("GET / HTTP/1.1\r\n", {"X", "a"}) == "not_sent request");
    CHECK(with("GET", {"X", "a"}, "body") == "not_sent request");
    CHECK(server.requests() == 1);
  }
  SECTION("the environment's proxy is not asked") {
    HttpServer proxy(ok), server([](const HttpSeen &) { return reply("direct"); });
    const Environment http_proxy("http_proxy", proxy.url("")), all_proxy("ALL_PROXY", proxy.url("")),
        https_proxy("https_proxy", proxy.url(""));
    CHECK(ask(*make({}), request_of(server.url("/"))).body == "direct");
    CHECK(shown(ask(*make({}), request_of("https://127.0.0.1:" + std::to_string(free_port()) + "/"))) == "not_sent connect");
    CHECK(proxy.connections() == 0);
  }
  SECTION("localhost is loopback, whatever the name server says") {
    HttpServer server([](const HttpSeen &seen) { return reply(seen.header("Host")); });
    CHECK(ask(*make({}), request_of(server.url("/", "localhost"))).body == "localhost:" + std::to_string(server.port()));
    CHECK(ask(*make({}), request_of(server.url("/", "LocalHost"))).end == ports::HttpEnd::answered);
  }
  SECTION("time that is over before it began") {
    HttpServer server(ok);
    for (const std::int64_t timeout : {std::int64_t{0}, std::int64_t{-5}}) {
      HttpRequest request = request_of(server.url("/"));
      request.timeout_ms = timeout;
      CHECK(shown(ask(*make({}), request)) == "not_sent timeout");
    }
  }
}

void check_http_tls(const HttpMaker &make) {
  const TemporaryFolder folder;
  Authority authority(folder.path());
  const auto with = [&](const CertificateWish &wish, const std::string &host, const std::string &ca_file) {
    HttpServer server(ok, authority.issue(wish));
    HttpAnswer answer = ask(*make({.ca_file = ca_file}), request_of(server.url("/v1", host)));
    INFO(answer.message);
    CHECK((server.requests() == 0 || answer.end == ports::HttpEnd::answered));
    return shown(answer);
  };
  SECTION("a right certificate, by name and by address") {
    CHECK(with({}, "localhost", authority.ca_file()) == "answered 200");
    CHECK(with({}, "127.0.0.1", authority.ca_file()) == "answered 200");
  }
  SECTION("nothing of the request leaves for another") {
    CHECK(with({.subject_names = "DNS:example.com"}, "localhost", authority.ca_file()) == "not_sent tls");
    CHECK(with({.subject_names = "DNS:localhost"}, "127.0.0.1", authority.ca_file()) == "not_sent tls");
    CHECK(with({.subject_names = "DNS:127.0.0.1"}, "127.0.0.1", authority.ca_file()) == "not_sent tls");
    CHECK(with({.signed_by_itself = true}, "localhost", authority.ca_file()) == "not_sent tls");
    CHECK(with({.from_s = -7200, .to_s = -3600}, "localhost", authority.ca_file()) == "not_sent tls");
    CHECK(with({.from_s = 3600, .to_s = 7200}, "localhost", authority.ca_file()) == "not_sent tls");
  }
  SECTION("an authority that nobody named, or whose file is missing") {
    CHECK(with({}, "localhost", "") == "not_sent tls");
    CHECK(with({}, "localhost", folder.file("none.pem")) == "not_sent tls");
  }
  SECTION("a server that says nothing to the handshake, or goes away") {
    HttpServer server(ok);
    const std::string url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
    const auto http = make({.connect_timeout_ms = 200});
    CHECK(shown(ask(*http, request_of(url))) == "not_sent timeout");
    const auto patient = make({});
    auto answer = begin(*patient, request_of(url));
    for (int i = 0; i < 1000 && server.connections() < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    server.drop_connections();
    CHECK(shown(wait_for(answer)) == "not_sent tls");
  }
  SECTION("connections are kept, bodies are large, many at once") {
    HttpServer server([](const HttpSeen &seen) { return reply(seen.body); }, authority.issue());
    const auto http = make({.ca_file = authority.ca_file()});
    for (int i = 0; i < 20; ++i) CHECK(shown(ask(*http, request_of(server.url("/", "localhost")))) == "answered 200");
    CHECK(server.connections() == 1);
    const std::string body(2'000'000, 'y');
    CHECK(ask(*http, request_of(server.url("/", "localhost"), "POST", body)).body == body);
    std::vector<std::future<HttpAnswer>> answers;
    for (int i = 0; i < 32; ++i) answers.push_back(begin(*http, request_of(server.url("/", "localhost"), "POST", std::to_string(i))));
    for (int i = 0; i < 32; ++i) CHECK(wait_for(answers[static_cast<std::size_t>(i)]).body == std::to_string(i));
  }
  SECTION("a kept TLS connection that has died costs a new one, not the request") {
    HttpServer server(ok, authority.issue());
    const auto http = make({.ca_file = authority.ca_file()});
    for (int i = 0; i < 3; ++i) {
      CHECK(shown(ask(*http, request_of(server.url("/", "localhost"), "POST", "a=b"))) == "answered 200");
      server.drop_connections();
    }
  }
  SECTION("a body without a length that TLS does not end is lost: anybody could have cut it") {
    HttpServer server(
        [](const HttpSeen &) {
          HttpReply made;
          made.bytes = "HTTP/1.0 200 OK\r\n\r\nhalf";
          made.reset = true;
          return made;
        },
        authority.issue());
    CHECK(shown(ask(*make({.ca_file = authority.ca_file()}), request_of(server.url("/", "localhost")))) == "lost disconnected");
  }
  SECTION("a connection for one host does not serve another") {
    HttpServer server(ok, authority.issue({.subject_names = "DNS:localhost"}));
    const auto http = make({.ca_file = authority.ca_file()});
    CHECK(shown(ask(*http, request_of(server.url("/", "localhost")))) == "answered 200");
    CHECK(shown(ask(*http, request_of(server.url("/", "127.0.0.1")))) == "not_sent tls");
  }
}

void check_http_many(const HttpMaker &make) {
  SECTION("64 at once, from 4 threads, each gets its own answer") {
    HttpServer server([](const HttpSeen &seen) { return reply(seen.target); });
    const auto http = make({});
    std::vector<std::thread> threads;
    std::atomic<int> right{0};
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int round = 0; round < 5; ++round) {
          std::vector<std::future<HttpAnswer>> answers;
          const auto target = [&](int i) { return "/" + std::to_string(t) + "/" + std::to_string(round) + "/" + std::to_string(i); };
          for (int i = 0; i < 16; ++i) answers.push_back(begin(*http, request_of(server.url(target(i)))));
          for (int i = 0; i < 16; ++i) right += wait_for(answers[static_cast<std::size_t>(i)]).body == target(i) ? 1 : 0;
        }
      });
    for (std::thread &thread : threads) thread.join();
    CHECK(right == 4 * 5 * 16);
    CHECK(server.connections() <= 64);
  }
  SECTION("no more connections than allowed; the rest waits, in order") {
    HttpServer server([](const HttpSeen &seen) { return reply(seen.target); });
    const auto http = make({.connections_max = 2});
    std::vector<std::future<HttpAnswer>> answers;
    for (int i = 0; i < 50; ++i) answers.push_back(begin(*http, request_of(server.url("/" + std::to_string(i)))));
    for (int i = 0; i < 50; ++i) CHECK(wait_for(answers[static_cast<std::size_t>(i)]).body == "/" + std::to_string(i));
    CHECK(server.connections() <= 2);
  }
  SECTION("who waits for a connection waits no longer than its time, and was not sent") {
    Held held;
    const auto http = make({.connections_max = 1});
    auto first = begin(*http, request_of(held.server.url("/first")));
    held.wait_for_requests(1);
    HttpRequest request = request_of(held.server.url("/second"));
    request.timeout_ms = 100;
    CHECK(shown(ask(*http, request)) == "not_sent timeout");
    held.go = true;
    CHECK(shown(wait_for(first)) == "answered 200");
    CHECK(held.server.requests() == 1);
  }
  SECTION("more than may wait is refused at once") {
    Held held;
    const auto http = make({.connections_max = 1, .waiting_max = 2});
    auto first = begin(*http, request_of(held.server.url("/")));
    held.wait_for_requests(1);
    std::vector<std::future<HttpAnswer>> waiting;
    for (int i = 0; i < 2; ++i) waiting.push_back(begin(*http, request_of(held.server.url("/"))));
    CHECK(shown(ask(*http, request_of(held.server.url("/")))) == "not_sent busy");
    held.go = true;
    for (auto &answer : waiting) CHECK(shown(wait_for(answer)) == "answered 200");
  }
  SECTION("an answer may ask the next question") {
    HttpServer server([](const HttpSeen &seen) { return reply(std::to_string(seen.nth)); });
    const auto http = make({.connections_max = 1});
    std::promise<std::string> last;
    std::function<void(int)> next = [&](int left) {
      http->send(request_of(server.url("/")), [&, left](HttpAnswer answer) { left == 0 ? last.set_value(answer.body) : next(left - 1); });
    };
    next(9);
    CHECK(last.get_future().get() == "10");
    CHECK(server.connections() == 1);
  }
}

void check_http_end(const HttpMaker &make) {
  SECTION("destruction answers what is under way and what waits, and then no more") {
    Held held;
    auto http = make({.connections_max = 2});
    std::vector<std::future<HttpAnswer>> answers;
    for (int i = 0; i < 5; ++i) answers.push_back(begin(*http, request_of(held.server.url("/"), "POST", "a=b")));
    held.wait_for_requests(2);
    const auto start = std::chrono::steady_clock::now();
    http.reset();
    CHECK(elapsed_ms(start) < 5000);
    std::multiset<std::string> ends;
    for (auto &answer : answers) {
      REQUIRE(answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
      ends.insert(shown(answer.get()));
    }
    CHECK(ends == std::multiset<std::string>{"lost closed", "lost closed", "not_sent closed", "not_sent closed", "not_sent closed"});
  }
  SECTION("destruction without and with idle connections, again and again") {
    HttpServer server(ok);
    make({}).reset();
    for (int i = 0; i < 20; ++i) {
      const auto http = make({});
      CHECK(shown(ask(*http, request_of(server.url("/")))) == "answered 200");
    }
  }
  SECTION("the last owner may be the answer itself") {
    HttpServer server(ok);
    auto http = make({});
    std::promise<void> done;
    ports::Http *client = http.get();
    client->send(request_of(server.url("/")), [owner = std::move(http), &done](HttpAnswer) mutable {
      owner.reset();
      done.set_value();
    });
    done.get_future().get();
  }
  SECTION("a forked child sends nothing, hangs nowhere, and leaves the parent's client whole") {
    HttpServer server(ok);
    auto http = make({});
    CHECK(shown(ask(*http, request_of(server.url("/")))) == "answered 200");
    const int in_the_child = in_child([&] {
      std::string said;
      http->send(request_of(server.url("/")), [&](const HttpAnswer &answer) { said = shown(answer); });
      http.reset();
      return said == "not_sent forked" ? 0 : 1;
    });
    CHECK(in_the_child == 0);
    CHECK(shown(ask(*http, request_of(server.url("/")))) == "answered 200");
    CHECK(server.connections() == 1);
  }
  SECTION("a child of a client that was never used has one of its own") {
    HttpServer server(ok);
    const auto unused = make({});
    const int in_the_child = in_child([&] {
      const auto own = make({});
      bool right = shown(own->ask(request_of(server.url("/")))) == "answered 200";
#ifndef __SANITIZE_THREAD__  // which allows no new thread in a child
      right = right && shown(ask(*own, request_of(server.url("/")))) == "answered 200";
#endif
      return right ? 0 : 1;
    });
    CHECK(in_the_child == 0);
  }
}

}  // namespace purser::test
