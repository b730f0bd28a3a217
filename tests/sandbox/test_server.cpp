// The loopback server and the webhook POST, by bytes on a socket.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

#include "base/error.hpp"
#include "catch.hpp"
#include "sandbox/post.hpp"
#include "sandbox/server.hpp"

using namespace purser;
using namespace purser::sandbox;

namespace {

// One connection. `ask` sends bytes as they are and reads one answer by its Content-Length; empty = the other side hung up.
class Line {
 public:
  explicit Line(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected = ::connect(socket_, reinterpret_cast<const sockaddr *>(&to), sizeof to) == 0;
  }
  ~Line() { ::close(socket_); }
  std::string ask(std::string_view bytes) {
    send(bytes);
    return read();
  }
  void send(std::string_view bytes) { (void)!::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  std::string read() {
    std::string got;
    char part[4096];
    for (;;) {
      const auto head = got.find("\r\n\r\n");
      const auto length = got.find("Content-Length: ");
      if (head != std::string::npos && length != std::string::npos && got.size() >= head + 4 + std::stoul(got.substr(length + 16)))
        return got;
      const auto count = ::recv(socket_, part, sizeof part, 0);
      if (count <= 0) return got;
      got.append(part, static_cast<std::size_t>(count));
    }
  }
  bool connected = false;

 private:
  int socket_;
};

std::string request(std::uint16_t port, std::string_view target, std::string_view more = "", std::string_view body = "") {
  return "POST " + std::string(target) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\n" + std::string(more) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

WebAnswer echo(const WebRequest &request) { return {200, {{"X-Target", request.target}}, request.method + " " + request.body, false}; }

std::string reason_of(std::string_view url) {
  try {
    read_loopback(url);
  } catch (const Failure &failure) { return failure.error().reason; }
  return "read";
}

}  // namespace

TEST_CASE("Server: requests on one connection, answered by the handler") {
  const Server server(echo, 0);
  Line line(server.port());
  for (const auto *body : {"one", "", "three"}) {
    const auto answer = line.ask(request(server.port(), "/v1/x?y=1", "", body));
    CHECK(answer.find("HTTP/1.1 200") == 0);
    CHECK(answer.find("X-Target: /v1/x?y=1\r\n") != std::string::npos);
    CHECK(answer.substr(answer.find("\r\n\r\n") + 4) == "POST " + std::string(body));
  }
}

TEST_CASE("Server: another Host and another Origin are refused") {
  const Server server(echo, 0);
  const auto number = std::to_string(server.port());
  const auto status = [&](std::string_view bytes) { return Line(server.port()).ask(bytes).substr(9, 3); };
  CHECK(status("GET / HTTP/1.1\r\nHost: localhost:" + number + "\r\n\r\n") == "200");
  CHECK(status("GET / HTTP/1.1\r\nHost: evil.example:" + number + "\r\n\r\n") == "421");
  CHECK(status("GET / HTTP/1.1\r\n\r\n") == "421");
  CHECK(status(request(server.port(), "/p/session/x", "Origin: http://127.0.0.1:" + number + "\r\n")) == "200");
  CHECK(status(request(server.port(), "/p/session/x", "Origin: http://127.0.0.1:1\r\n")) == "403");
  CHECK(status(request(server.port(), "/p/session/x", "Origin: null\r\n")) == "403");
  CHECK(status(request(server.port(), "/p/session/x", "Origin: https://evil.example\r\n")) == "403");
}

TEST_CASE("Server: what is too large is refused, what is no HTTP is hung up on") {
  const Server server(echo, 0);
  const auto announced = "POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) + "\r\nContent-Length: 99999999\r\n\r\n";
  CHECK(Line(server.port()).ask(announced).find("HTTP/1.1 413") == 0);
  CHECK(Line(server.port()).ask("GET / HTTP/1.1\r\nX: " + std::string(Server::head_max_bytes, 'x') + "\r\n\r\n").find("HTTP/1.1 413") == 0);
  CHECK(Line(server.port()).ask("hello\r\n\r\n").empty());
}

TEST_CASE("Server: a handler may hang up") {
  const Server server([](const WebRequest &) { return WebAnswer{200, {}, "lost", true}; }, 0);
  CHECK(Line(server.port()).ask(request(server.port(), "/v1/x")).empty());
}

TEST_CASE("Server: on 127.0.0.1 and nowhere else; a taken port is an error") {
  const Server server(echo, 0);
  CHECK(server.url() == "http://127.0.0.1:" + std::to_string(server.port()));
  sockaddr_in other{};
  other.sin_family = AF_INET;
  other.sin_port = htons(server.port());
  other.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);  // 127.0.0.2: there a server on every address would answer
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  CHECK(::connect(socket, reinterpret_cast<const sockaddr *>(&other), sizeof other) != 0);
  ::close(socket);
  CHECK_THROWS_AS(Server(echo, server.port()), Failure);
}

TEST_CASE("Server: at most so many connections; one that ends makes room") {
  const Server server(echo, 0);
  const auto works = [&](Line &line) { return !line.ask(request(server.port(), "/v1/x")).empty(); };
  {
    std::vector<std::unique_ptr<Line>> lines;
    for (std::size_t i = 0; i < Server::connections_max; i++) {
      lines.push_back(std::make_unique<Line>(server.port()));
      REQUIRE(works(*lines.back()));
    }
    Line beyond(server.port());
    CHECK_FALSE(works(beyond));
  }
  bool again = false;
  for (int i = 0; i < 200 && !again; i++) {
    Line line(server.port());
    again = works(line);
    if (!again) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(again);
}

TEST_CASE("Server: pages that wait do not hold the API up; the end waits for handlers", "[threads]") {
  std::atomic<bool> go = false;
  std::atomic<int> ended = 0;
  std::optional<Server> server(
      std::in_place,
      [&](const WebRequest &request) {
        while (request.target == "/c/pay/x" && !go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ended++;
        return WebAnswer{200, {}, "done", false};
      },
      std::uint16_t{0});
  std::vector<std::unique_ptr<Line>> waiting;
  for (int i = 0; i < 8; i++) {
    waiting.push_back(std::make_unique<Line>(server->port()));
    waiting.back()->send(request(server->port(), "/c/pay/x"));
  }
  CHECK(Line(server->port()).ask(request(server->port(), "/v1/x")).find("HTTP/1.1 200") == 0);
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    go = true;
  });
  server.reset();
  CHECK(go);
  later.join();
}

TEST_CASE("post: signed bytes arrive as they are, and the status comes back", "[threads]") {
  WebRequest seen;
  const Server server(
      [&](const WebRequest &request) {
        seen = request;
        return WebAnswer{503, {}, "busy", false};
      },
      0);
  const std::string body("{\"id\":\"evt_1\"}\0\n", 16);
  for (const auto *host : {"127.0.0.1", "localhost"}) {
    const auto url = read_loopback("http://" + std::string(host) + ":" + std::to_string(server.port()) + "/webhooks?x=1");
    CHECK(post(url, {{"Stripe-Signature", "t=1,v1=00"}}, body, 5'000).status == 503);
    CHECK(seen.target == "/webhooks?x=1");
    CHECK(seen.body == body);
    CHECK(header(seen.headers, "stripe-signature") == "t=1,v1=00");
  }
}

TEST_CASE("post: nobody there, or nobody who answers", "[threads]") {
  std::uint16_t free_port = 0;
  { free_port = Server(echo, 0).port(); }
  const auto nobody = post(read_loopback("http://127.0.0.1:" + std::to_string(free_port)), {}, "", 5'000);
  CHECK(nobody.status == 0);
  CHECK_FALSE(nobody.problem.empty());
  std::atomic<bool> go = false;
  const Server silent(
      [&](const WebRequest &) {
        while (!go) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return WebAnswer{};
      },
      0);
  const auto late = post(read_loopback(silent.url()), {}, "", 50);
  CHECK(late.status == 0);
  CHECK(late.problem == "no answer in 50 ms");
  go = true;
}

TEST_CASE("post: addresses of this machine only") {
  CHECK(reason_of("http://127.0.0.1:8080/webhooks") == "read");
  CHECK(reason_of("http://localhost/x") == "read");
  CHECK(read_loopback("http://localhost?x=1#y").target == "/?x=1");
  for (const auto *url :
       {"https://127.0.0.1/x", "http://example.com/", "http://127.0.0.1.evil.com/", "http://127.0.0.1@evil.com/",
        "http://evil.com:80/@127.0.0.1", "http://[::1]/", "http://127.0.0.1:0/", "http://127.0.0.1:99999/", "http://127.0.0.1:8a/",
        "http://127.0.0.1:/", "//127.0.0.1/", "", "http://127.0.0.1/\r\nX: y", "http://0.0.0.0/", "http://127.1/", "http:///x"})
    CHECK(reason_of(url) == "not_on_loopback");
}
