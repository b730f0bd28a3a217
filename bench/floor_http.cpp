// The limits of HTTP on loopback: bare libcurl, one easy handle or 64 in a multi handle, every option set once; and a bare socket that
// knows the answer's size beforehand. Argument: port. Rows: `easy`, `multi`, `socket`.
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "http_traffic.hpp"
#include "worker.hpp"

namespace {

constexpr int together = 64;

std::size_t keep(char *data, std::size_t, std::size_t count, void *body) {
  static_cast<std::string *>(body)->append(data, count);
  return count;
}

struct Easy {
  CURL *handle = curl_easy_init();
  curl_slist *headers = nullptr;
  std::string body;

  Easy(const std::string &url, const std::string &form) {
    for (const auto &[name, value] : bench::http_headers) headers = curl_slist_append(headers, (name + ": " + value).c_str());
    headers = curl_slist_append(headers, "Accept:");
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(form.size()));
    curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, form.c_str());
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
  }
  std::int64_t took(CURLcode code) {
    if (code != CURLE_OK || body.empty()) bench::fail(curl_easy_strerror(code));
    const auto size = static_cast<std::int64_t>(body.size());
    body.clear();
    return size;
  }
};

std::int64_t multi(std::vector<Easy *> &handles, CURLM *all, std::int64_t count) {
  const std::int64_t start = bench::now_ns();
  std::int64_t begun = 0, ended = 0;
  for (; begun < count && begun < together; ++begun) curl_multi_add_handle(all, handles[static_cast<std::size_t>(begun)]->handle);
  while (ended < count) {
    int open = 0, left = 0;
    curl_multi_perform(all, &open);
    while (CURLMsg *message = curl_multi_info_read(all, &left)) {
      Easy *easy = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &easy);
      easy->took(message->data.result);
      curl_multi_remove_handle(all, easy->handle);
      ++ended;
      if (begun < count) curl_multi_add_handle(all, easy->handle), ++begun;
    }
    if (ended < count) curl_multi_poll(all, nullptr, 0, 1000, nullptr);
  }
  return bench::now_ns() - start;
}

int connected(int port) {
  const int peer = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(peer, reinterpret_cast<sockaddr *>(&address), sizeof address) != 0) bench::fail("no connection");
  setsockopt(peer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return peer;
}

}  // namespace

int main(int argc, char **argv) {
  const std::string port = bench::argument(argc, argv, 1), url = "http://127.0.0.1:" + port + "/v1/checkout/sessions",
                    form = bench::http_form();
  curl_global_init(CURL_GLOBAL_DEFAULT);
  Easy easy(url, form);
  CURLM *all = curl_multi_init();
  std::vector<Easy *> handles;
  for (int i = 0; i < together; ++i) handles.push_back(new Easy(url, form));
  const int peer = connected(std::stoi(port));
  std::string request = "POST /v1/checkout/sessions HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n";
  for (const auto &[name, value] : bench::http_headers) request += name + ": " + value + "\r\n";
  request += "Content-Length: " + std::to_string(form.size()) + "\r\n\r\n" + form;
  const std::size_t size = bench::http_answer().size();
  std::string answer(size, '\0');
  return bench::serve({{"easy", bench::repeat([&](std::int64_t) { return easy.took(curl_easy_perform(easy.handle)); })},
                       {"multi", [&](std::int64_t count) { return multi(handles, all, count); }},
                       {"socket", bench::repeat([&](std::int64_t) {
                          if (send(peer, request.data(), request.size(), 0) < 0) bench::fail("send");
                          for (std::size_t got = 0; got < size;) {
                            const ssize_t now = recv(peer, answer.data(), size - got, 0);
                            if (now <= 0) bench::fail("recv");
                            got += static_cast<std::size_t>(now);
                          }
                          return static_cast<std::int64_t>(answer[9]);
                        })}});
}
