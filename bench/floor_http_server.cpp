// The other end of everything that is measured on HTTP: one thread, epoll, one fixed answer. Prints "ready <port>"; ends with its input.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <iostream>
#include <map>
#include <string>

#include "http_traffic.hpp"

namespace {

/// Complete requests in what has come, taken out of it.
int take_requests(std::string &buffer) {
  int whole = 0;
  for (std::size_t end; (end = buffer.find("\r\n\r\n")) != std::string::npos; ++whole) {
    const std::size_t at = buffer.find("Content-Length: ");
    const std::size_t size = end + 4 + (at < end ? std::stoul(buffer.substr(at + 16, 10)) : 0);
    if (buffer.size() < size) break;
    buffer.erase(0, size);
  }
  return whole;
}

void watch(int epoll, int socket) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = socket;
  epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event);
}

}  // namespace

int main() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0), epoll = epoll_create1(0), on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr *>(&address), size) != 0 || listen(listener, 256) != 0) return 1;
  getsockname(listener, reinterpret_cast<sockaddr *>(&address), &size);
  std::cout << "ready " << ntohs(address.sin_port) << std::endl;
  watch(epoll, listener);
  watch(epoll, 0);
  const std::string answer = bench::http_answer();
  std::map<int, std::string> buffers;
  epoll_event events[128];
  char chunk[65536];
  for (;;) {
    const int count = epoll_wait(epoll, events, 128, -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      if (fd == 0) return 0;
      if (fd == listener) {
        const int peer = accept(listener, nullptr, nullptr);
        setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(epoll, peer);
        continue;
      }
      const ssize_t got = recv(fd, chunk, sizeof chunk, 0);
      if (got <= 0) {
        close(fd);
        buffers.erase(fd);
        continue;
      }
      std::string &buffer = buffers[fd].append(chunk, static_cast<std::size_t>(got));
      for (int requests = take_requests(buffer); requests > 0; --requests)
        if (send(fd, answer.data(), answer.size(), MSG_NOSIGNAL) < 0) break;
    }
  }
}
