#include "support/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstring>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace purser::test {
namespace {

constexpr std::size_t buffer_bytes = 64 * 1024;

/// A connected socket, plain or TLS.
class Peer {
 public:
  Peer(int socket, SSL_CTX *context) : socket_(socket) {
    if (!context) return;
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, socket);
    usable_ = SSL_accept(ssl_) == 1;
  }
  ~Peer() { SSL_free(ssl_); }
  Peer(const Peer &) = delete;
  Peer &operator=(const Peer &) = delete;
  bool usable() const { return usable_; }
  long read(char *to, std::size_t size) { return ssl_ ? SSL_read(ssl_, to, static_cast<int>(size)) : ::recv(socket_, to, size, 0); }
  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const long sent =
          ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void goodbye() {
    if (ssl_) SSL_shutdown(ssl_);
  }

 private:
  int socket_;
  SSL *ssl_ = nullptr;
  bool usable_ = true;
};

std::size_t content_length(const std::string &head) {
  const std::size_t at = head.find("Content-Length: ");
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
}

int listen_on_loopback(int &port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || ::listen(listener, 256) != 0)
    throw std::runtime_error("no port on loopback");
  ::getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
  port = ntohs(address.sin_port);
  return listener;
}

}  // namespace

struct HttpServer::Inside {
  Answer answer;
  int listener = -1, port = 0;
  SSL_CTX *context = nullptr;
  std::atomic<int> connections{0}, requests{0};
  std::mutex mutex;
  std::set<int> open;
  std::vector<std::thread> threads;
  std::thread accepting;
  bool stop = false;

  void accept_all();
  void serve(int socket, int connection);
  bool read_request(Peer &peer, std::string &buffer, HttpSeen &seen);
  void forget(int socket);
};

bool HttpServer::Inside::read_request(Peer &peer, std::string &buffer, HttpSeen &seen) {
  std::string chunk(buffer_bytes, '\0');
  std::size_t end = 0;
  const auto more = [&] {
    const long got = peer.read(chunk.data(), chunk.size());
    if (got > 0) buffer.append(chunk, 0, static_cast<std::size_t>(got));
    return got > 0;
  };
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos)
    if (!more()) return false;
  seen.head = buffer.substr(0, end + 2);
  const std::size_t length = content_length(seen.head);
  while (buffer.size() < end + 4 + length)
    if (!more()) return false;
  seen.body = buffer.substr(end + 4, length);
  buffer.erase(0, end + 4 + length);
  seen.method = seen.head.substr(0, seen.head.find(' '));
  const std::size_t target = seen.method.size() + 1;
  seen.target = seen.head.substr(target, seen.head.find(' ', target) - target);
  return true;
}

void HttpServer::Inside::serve(int socket, int connection) {
  Peer peer(socket, context);
  std::string buffer;
  HttpSeen seen;
  seen.connection = connection;
  while (peer.usable() && read_request(peer, buffer, seen)) {
    seen.nth = ++requests;
    const HttpReply made = answer(seen);
    std::this_thread::sleep_for(std::chrono::milliseconds(made.delay_ms));
    const std::size_t piece =
        made.piece_bytes > 0 ? static_cast<std::size_t>(made.piece_bytes) : std::max<std::size_t>(made.bytes.size(), 1);
    bool sent = true;
    for (std::size_t at = 0; at < made.bytes.size() && sent; at += piece) {
      sent = peer.write(std::string_view(made.bytes).substr(at, piece));
      if (made.piece_bytes > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (made.reset) {
      const linger hard{1, 0};
      ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
      break;
    }
    if (made.close) peer.goodbye();
    if (made.close || !sent) break;
  }
  forget(socket);
}

void HttpServer::Inside::forget(int socket) {
  const std::lock_guard lock(mutex);
  open.erase(socket);
  ::close(socket);
}

void HttpServer::Inside::accept_all() {
  for (;;) {
    const int socket = ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
    const std::lock_guard lock(mutex);
    if (socket < 0 || stop) {
      if (socket >= 0) ::close(socket);
      return;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    open.insert(socket);
    threads.emplace_back([this, socket, connection = ++connections] { serve(socket, connection); });
  }
}

HttpServer::HttpServer(Answer answer, ServerIdentity identity) : inside_(std::make_shared<Inside>()) {
  // SSL_write has no MSG_NOSIGNAL; the test program wants none of these.
  std::signal(SIGPIPE, SIG_IGN);
  inside_->answer = std::move(answer);
  if (!identity.certificate_file.empty()) {
    inside_->context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_chain_file(inside_->context, identity.certificate_file.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(inside_->context, identity.key_file.c_str(), SSL_FILETYPE_PEM) != 1)
      throw std::runtime_error("the server's certificate cannot be read");
  }
  inside_->listener = listen_on_loopback(inside_->port);
  inside_->accepting = std::thread([this] { inside_->accept_all(); });
}

HttpServer::~HttpServer() {
  {
    const std::lock_guard lock(inside_->mutex);
    inside_->stop = true;
    ::shutdown(inside_->listener, SHUT_RDWR);
  }
  inside_->accepting.join();
  ::close(inside_->listener);
  drop_connections();
  for (std::thread &thread : inside_->threads) thread.join();
  SSL_CTX_free(inside_->context);
}

void HttpServer::drop_connections() {
  const std::lock_guard lock(inside_->mutex);
  for (const int socket : inside_->open) ::shutdown(socket, SHUT_RDWR);
}

int HttpServer::port() const { return inside_->port; }
int HttpServer::connections() const { return inside_->connections; }
int HttpServer::requests() const { return inside_->requests; }

std::string HttpServer::url(const std::string &target, const std::string &host) const {
  return (inside_->context ? "https://" : "http://") + host + ":" + std::to_string(port()) + target;
}

std::string HttpSeen::header(const std::string &name) const {
  const std::size_t at = head.find("\r\n" + name + ":");
  if (at == std::string::npos) return {};
  const std::size_t from = head.find_first_not_of(' ', at + name.size() + 3);
  return head.substr(from, head.find("\r\n", from) - from);
}

HttpReply reply(const std::string &body, int status, const std::string &more_headers) {
  HttpReply made;
  made.bytes = "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + more_headers +
               "\r\n" + body;
  return made;
}

int free_port() {
  int port = 0;
  ::close(listen_on_loopback(port));
  return port;
}

}  // namespace purser::test
