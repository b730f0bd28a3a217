// Purser's two HTTP clients alone, through their port: no public verb shows them without the engine around. The one program here that is
// compiled from src/ instead of linked to libpurser.so. Argument: port. Rows: `curl_1`, `curl_64`, `asio_1`, `asio_64`; and
// `…_64_threads`: 64 threads that ask.
#include <condition_variable>
#include <mutex>

#include "adapters/http.hpp"
#include "http_traffic.hpp"
#include "worker.hpp"

using namespace purser;

namespace {

ports::HttpRequest request_to(const std::string &port) {
  ports::HttpRequest request;
  request.method = "POST";
  request.url = "http://127.0.0.1:" + port + "/v1/checkout/sessions";
  for (const auto &[name, value] : bench::http_headers) request.headers.push_back({name, value});
  request.body = bench::http_form();
  return request;
}

/// `together` under way at all times, each begun by the answer to another, as the engine's threads would.
class Load {
 public:
  Load(ports::Http &http, const ports::HttpRequest &request, std::int64_t count)
      : http_(http), request_(request), left_(count), open_(count) {}

  std::int64_t run(int together) {
    const std::int64_t start = bench::now_ns();
    for (int i = 0; i < together; ++i) begin();
    std::unique_lock lock(mutex_);
    over_.wait(lock, [&] { return open_ == 0; });
    return bench::now_ns() - start;
  }

 private:
  void begin() {
    {
      const std::lock_guard lock(mutex_);
      if (left_ == 0) return;
      --left_;
    }
    http_.send(request_, [this](ports::HttpAnswer answer) {
      if (answer.status != 200 || answer.body.empty()) bench::fail(answer.reason + ": " + answer.message);
      begin();
      const std::lock_guard lock(mutex_);
      if (--open_ == 0) over_.notify_one();
    });
  }

  ports::Http &http_;
  const ports::HttpRequest &request_;
  std::mutex mutex_;
  std::condition_variable over_;
  std::int64_t left_, open_;
};

/// Asks, and asks again: a thread that has nothing else to do meanwhile, as the engine's are.
std::int64_t one_by_one(ports::Http &http, const ports::HttpRequest &request, std::int64_t count) {
  return bench::repeat([&](std::int64_t) {
    const ports::HttpAnswer answer = http.ask(request);
    if (answer.status != 200) bench::fail(answer.reason + ": " + answer.message);
    return static_cast<std::int64_t>(answer.body.size());
  })(count);
}

/// 64 threads that ask, as a host's would.
std::int64_t on_threads(ports::Http &http, const ports::HttpRequest &request, std::int64_t count) {
  return bench::repeat_on(64, [&](int, std::int64_t) { return static_cast<std::int64_t>(http.ask(request).body.size()); })(count / 64 + 1);
}

}  // namespace

int main(int argc, char **argv) {
  const ports::HttpRequest request = request_to(bench::argument(argc, argv, 1));
  const auto curl = adapters::curl_http(), asio = adapters::asio_http();
  const auto sequential = [&](ports::Http &http) { return [&](std::int64_t count) { return one_by_one(http, request, count); }; };
  const auto together = [&](ports::Http &http) { return [&](std::int64_t count) { return Load(http, request, count).run(64); }; };
  const auto threads = [&](ports::Http &http) { return [&](std::int64_t count) { return on_threads(http, request, count); }; };
  return bench::serve({{"curl_1", sequential(*curl)},
                       {"curl_64", together(*curl)},
                       {"asio_1", sequential(*asio)},
                       {"asio_64", together(*asio)},
                       {"curl_64_threads", threads(*curl)},
                       {"asio_64_threads", threads(*asio)}});
}
