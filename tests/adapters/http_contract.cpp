#include "adapters/http_contract.hpp"

#include <thread>

#include "adapters/http_asking.hpp"
#include "catch.hpp"
#include "support/http_server.hpp"

namespace purser::test {
namespace {

using ports::HttpAnswer;
using ports::HttpRequest;

HttpReply raw(std::string bytes, bool close = true) {
  HttpReply made;
  made.bytes = std::move(bytes);
  made.close = close;
  return made;
}

/// What a server that always answers like this makes of a GET.
HttpAnswer answer_to(const HttpMaker &make, HttpReply made, HttpRequest request = request_of("")) {
  HttpServer server([&](const HttpSeen &) { return made; });
  request.url = server.url("/v1/x");
  return ask(*make({}), std::move(request));
}

void check_preliminary_and_forms(const HttpMaker &make) {
  SECTION("chunks, in pieces of any size, with a trailer") {
    for (const int piece : {0, 1, 7}) {
      HttpReply made =
          raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\nX-End: "
              "1\r\n\r\n");
      made.piece_bytes = piece;
      const HttpAnswer answer = answer_to(make, made);
      CHECK(shown(answer) == "answered 200");
      CHECK(answer.body == "abc0123456789");
    }
  }
  SECTION("HTTP/1.0: the body ends with the connection") {
    const HttpAnswer answer = answer_to(make, raw("HTTP/1.0 200 OK\r\nX: y\r\n\r\nup to the end"));
    CHECK(shown(answer) == "answered 200");
    CHECK(answer.body == "up to the end");
  }
  SECTION("what comes before the answer is not the answer") {
    const HttpAnswer answer = answer_to(make, raw("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 "
                                                  "Created\r\nContent-Length: 2\r\n\r\nok"));
    CHECK(shown(answer) == "answered 201");
    CHECK(answer.body == "ok");
    CHECK(header(answer, "Link").empty());
  }
  SECTION("an answer without a body") {
    CHECK(shown(answer_to(make, raw("HTTP/1.1 204 No Content\r\n\r\n"))) == "answered 204");
    CHECK(answer_to(make, reply("")).body.empty());
  }
}

}  // namespace

void check_http_exchanges(const HttpMaker &make) {
  check_preliminary_and_forms(make);
  SECTION("a GET goes out as it was said, and its answer comes back whole") {
    HttpServer server([](const HttpSeen &seen) {
      return reply("body of " + seen.target, 200, "Request-Id: req_1\r\nX-Blank:   padded \t\r\nX-Empty:\r\n");
    });
    HttpRequest request = request_of(server.url("/v1/a?b=c%20d&e[0]=f"));
    request.headers = {{"Authorization", "Bearer sk_test_x"}, {"Stripe-Version", "2026-06-24.dahlia"}};
    HttpSeen seen;
    HttpServer recorder([&](const HttpSeen &s) { return seen = s, reply("{}"); });
    const HttpAnswer answer = ask(*make({}), request);
    CHECK(shown(answer) == "answered 200");
    CHECK(answer.body == "body of /v1/a?b=c%20d&e[0]=f");
    CHECK(header(answer, "request-id") == "req_1");
    CHECK(header(answer, "X-BLANK") == "padded");
    CHECK(header(answer, "x-empty").empty());
    CHECK(header(answer, "absent").empty());
    request.url = recorder.url("/v1/../x");
    CHECK(shown(ask(*make({}), request)) == "answered 200");
    CHECK(seen.head == "GET /v1/../x HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(recorder.port()) +
                           "\r\nAuthorization: Bearer sk_test_x\r\nStripe-Version: 2026-06-24.dahlia\r\n");
  }
  SECTION("a POST carries its bytes, whatever they are, and nothing that nobody asked for") {
    HttpSeen seen;
    HttpServer server([&](const HttpSeen &s) { return seen = s, reply("", 402); });
    const auto http = make({});
    for (const std::string &body : {std::string("a=1&b[0]=2"), std::string(), std::string("\0\r\n\xff", 4), std::string(3'000'000, 'x')}) {
      HttpRequest request = request_of(server.url("/v1/p"), "POST", body);
      request.headers.push_back({"X-Empty", ""});
      CHECK(shown(ask(*http, request)) == "answered 402");
      CHECK(seen.method == "POST");
      CHECK(seen.body == body);
      CHECK(seen.header("Content-Length") == std::to_string(body.size()));
      CHECK(seen.header("Idempotency-Key") == "key_1");
      CHECK(seen.head.find("\r\nX-Empty:") != std::string::npos);
      for (const char *unasked : {"Expect", "Accept", "User-Agent", "Transfer-Encoding", "Accept-Encoding"})
        CHECK(seen.header(unasked).empty());
    }
  }
  SECTION("DELETE, and a GET after a POST over the same connection") {
    std::vector<HttpSeen> seen;
    HttpServer server([&](const HttpSeen &s) { return seen.push_back(s), reply("{}"); });
    const auto http = make({});
    ask(*http, request_of(server.url("/v1/a"), "POST", "x=y"));
    ask(*http, request_of(server.url("/v1/b"), "DELETE"));
    ask(*http, request_of(server.url("/v1/c"), "GET"));
    REQUIRE(seen.size() == 3);
    CHECK(seen[1].method == "DELETE");
    CHECK(seen[2].method == "GET");
    CHECK(seen[2].header("Content-Length").empty());
    CHECK(seen[2].body.empty());
    CHECK(seen[2].header("Idempotency-Key").empty());
    CHECK(server.connections() == 1);
  }
  SECTION("a connection is kept, a hundred times") {
    HttpServer server([](const HttpSeen &seen) { return reply(std::to_string(seen.nth)); });
    const auto http = make({});
    for (int i = 1; i <= 100; ++i) REQUIRE(ask(*http, request_of(server.url("/"))).body == std::to_string(i));
    CHECK(server.connections() == 1);
  }
  SECTION("a connection that the server ends is not used again") {
    HttpServer server([](const HttpSeen &) {
      HttpReply made = reply("x", 200, "Connection: close\r\n");
      made.close = true;
      return made;
    });
    const auto http = make({});
    for (int i = 0; i < 3; ++i) CHECK(shown(ask(*http, request_of(server.url("/"), "POST", "a=b"))) == "answered 200");
    CHECK(server.connections() == 3);
  }
  SECTION("a kept connection that has died meanwhile costs a new one, not the request") {
    HttpServer server([](const HttpSeen &) { return reply("x"); });
    const auto http = make({});
    for (int i = 0; i < 5; ++i) {
      CHECK(shown(ask(*http, request_of(server.url("/"), "POST", "a=b"))) == "answered 200");
      server.drop_connections();
      if (i % 2 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    CHECK(server.requests() == 5);
  }
  SECTION("what is lost on a kept connection is sent once more, on a new one, if it may be repeated") {
    HttpServer server([](const HttpSeen &seen) { return seen.nth == 2 ? raw("") : reply(std::to_string(seen.nth)); });
    const auto http = make({});
    CHECK(ask(*http, request_of(server.url("/"))).body == "1");
    CHECK(ask(*http, request_of(server.url("/"), "POST", "a=b")).body == "3");
    CHECK(server.connections() == 2);
  }
  SECTION("a POST without an Idempotency-Key is never sent twice") {
    HttpServer server([](const HttpSeen &seen) { return seen.nth == 2 ? raw("") : reply("x"); });
    const auto http = make({});
    CHECK(shown(ask(*http, request_of(server.url("/")))) == "answered 200");
    HttpRequest request = request_of(server.url("/"), "POST", "a=b");
    request.headers.clear();
    CHECK(shown(ask(*http, request)) == "lost disconnected");
    CHECK(server.requests() == 2);
  }
  SECTION("a redirect is an answer") {
    HttpServer server([](const HttpSeen &) { return reply("gone", 302, "Location: /elsewhere\r\n"); });
    const HttpAnswer answer = ask(*make({}), request_of(server.url("/v1/a")));
    CHECK(shown(answer) == "answered 302");
    CHECK(header(answer, "location") == "/elsewhere");
    CHECK(server.requests() == 1);
  }
  SECTION("a server's wish for a password or a cookie is not granted") {
    std::string second;
    HttpServer server([&](const HttpSeen &seen) {
      if (seen.nth == 2) second = seen.head;
      return reply("", 401, "WWW-Authenticate: Basic realm=\"x\"\r\nSet-Cookie: a=b\r\n");
    });
    const auto http = make({});
    CHECK(shown(ask(*http, request_of(server.url("/")))) == "answered 401");
    CHECK(shown(ask(*http, request_of(server.url("/")))) == "answered 401");
    CHECK(server.requests() == 2);
    CHECK(second.find("Cookie") == std::string::npos);
  }
}

void check_http_bad_answers(const HttpMaker &make) {
  SECTION("cut off anywhere: lost") {
    const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
    for (std::size_t size = 0; size < whole.size(); size += 5) {
      INFO(size);
      CHECK(shown(answer_to(make, raw(whole.substr(0, size)), request_of("", "POST", "a=b"))) == "lost disconnected");
    }
    const std::string chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n";
    for (std::size_t size = 45; size <= chunks.size(); size += 3)
      CHECK(shown(answer_to(make, raw(chunks.substr(0, size)))) == "lost disconnected");
  }
  SECTION("a reset connection: lost") {
    HttpReply made;
    made.reset = true;
    CHECK(shown(answer_to(make, made)) == "lost disconnected");
  }
  SECTION("no HTTP: lost") {
    for (const char *text : {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "<html>hello</html>\r\n\r\n", "\x15\x03\x01\x01\x02\x02\x28\r\n\r\n"}) {
      INFO(text);
      CHECK(shown(answer_to(make, raw(text))) == "lost bad_answer");
    }
    const std::string strange = shown(answer_to(make, raw("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n")));
    CHECK(strange.starts_with("lost "));
    CHECK(shown(answer_to(make, raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"))).starts_with("lost "));
  }
  SECTION("a body up to the bound comes, a greater one is lost, announced or not") {
    HttpRequest request = request_of("");
    request.response_max_bytes = 1000;
    CHECK(answer_to(make, reply(std::string(1000, 'x')), request).body.size() == 1000);
    CHECK(shown(answer_to(make, reply(std::string(1001, 'x')), request)) == "lost answer_too_large");
    CHECK(shown(answer_to(make, raw("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\nx"), request)) == "lost answer_too_large");
    CHECK(shown(answer_to(make, raw("HTTP/1.0 200 OK\r\n\r\n" + std::string(1001, 'x')), request)) == "lost answer_too_large");
    const std::string chunk = "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n";
    CHECK(shown(answer_to(make, raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk), request)) == "lost answer_too_large");
  }
  SECTION("headers without end are lost") {
    std::string head = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 70; ++i) head += "X-" + std::to_string(i) + ": " + std::string(1000, 'x') + "\r\n";
    CHECK(shown(answer_to(make, raw(head + "Content-Length: 0\r\n\r\n"))) == "lost answer_too_large");
  }
  SECTION("a slow answer: lost, in time") {
    HttpReply made = reply("late");
    made.delay_ms = 1500;
    HttpRequest request = request_of("");
    request.timeout_ms = 200;
    HttpServer server([&](const HttpSeen &) { return made; });
    request.url = server.url("/");
    const auto http = make({});
    const auto start = std::chrono::steady_clock::now();
    CHECK(shown(ask(*http, request)) == "lost timeout");
    CHECK(elapsed_ms(start) >= 190);
    CHECK(elapsed_ms(start) < 1200);
    request.timeout_ms = 10'000;
    CHECK(shown(ask(*http, request)) == "answered 200");
  }
  SECTION("an answer that drips is bounded as a whole") {
    HttpReply made = reply(std::string(5000, 'x'));
    made.piece_bytes = 1;
    HttpRequest request = request_of("");
    request.timeout_ms = 200;
    const auto start = std::chrono::steady_clock::now();
    CHECK(shown(answer_to(make, made, request)) == "lost timeout");
    CHECK(elapsed_ms(start) < 15'000);
  }
  SECTION("no message shows the key") {
    for (const char *target : {"/a", "/b"}) {
      HttpRequest request = request_of("http://127.0.0.1:" + std::to_string(free_port()) + target);
      request.headers = {{"Authorization", "Bearer sk_live_secret"}};
      CHECK(ask(*make({}), request).message.find("sk_live") == std::string::npos);
    }
  }
}

}  // namespace purser::test
