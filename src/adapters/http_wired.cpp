// The port over a carrier: what may be sent at all, the fork, the thread.
#include <system_error>

#include "adapters/http_carrier.hpp"
#include "adapters/process.hpp"
#include "adapters/signals.hpp"

namespace purser::adapters {
namespace {

using ports::HttpAnswer;
using ports::HttpEnd;

HttpAnswer not_sent(const char *reason, std::string message) { return {HttpEnd::not_sent, 0, {}, {}, reason, std::move(message)}; }

class WiredHttp final : public ports::Http {
 public:
  explicit WiredHttp(std::function<std::unique_ptr<HttpWires>()> make) : make_(std::move(make)) {}
  WiredHttp(const WiredHttp &) = delete;
  WiredHttp &operator=(const WiredHttp &) = delete;
  ~WiredHttp() override;

  void send(ports::HttpRequest request, Done done) noexcept override;
  HttpAnswer ask(ports::HttpRequest request) noexcept override;

 private:
  std::optional<HttpAnswer> refusal(const ports::HttpRequest &request, std::optional<HttpUrl> &url) const;
  std::shared_ptr<HttpCarrier> carrier(bool with_thread);

  Process process_;
  std::function<std::unique_ptr<HttpWires>()> make_;
  std::mutex starting_;
  std::shared_ptr<HttpCarrier> carrier_;
  std::unique_ptr<std::thread> thread_;
};

WiredHttp::~WiredHttp() {
  if (!process_.same()) {
    // The thread and its locks are the parent's: nothing here can be waited for, or given back.
    static_cast<void>(thread_.release());
    static_cast<void>(new std::shared_ptr<HttpCarrier>(std::move(carrier_)));
    return;
  }
  if (!carrier_) return;
  carrier_->stop();
  if (!thread_) {
    carrier_->end_all();
    return;
  }
  // The last owner may be a `done`, which runs on that very thread: it ends by itself.
  if (thread_->get_id() == std::this_thread::get_id())
    thread_->detach();
  else
    thread_->join();
}

std::shared_ptr<HttpCarrier> WiredHttp::carrier(bool with_thread) {
  const std::lock_guard lock(starting_);
  if (!carrier_) carrier_ = std::make_shared<HttpCarrier>(make_());
  if (with_thread && !thread_) {
    const SignalsBlocked blocked;
    thread_ = std::make_unique<std::thread>([carrier = carrier_] { carrier->run(); });
  }
  return carrier_;
}

std::optional<HttpAnswer> WiredHttp::refusal(const ports::HttpRequest &request, std::optional<HttpUrl> &url) const {
  if (!process_.same()) return not_sent("forked", "this process was forked from the one that opened the client; open it in the child");
  url = read_url(request.url);
  if (!url) return not_sent("url", "expected https://host/…, or http:// to loopback, without user name and fragment");
  if (std::string fault = fault_of(request); !fault.empty()) return not_sent("request", std::move(fault));
  return std::nullopt;
}

void WiredHttp::send(ports::HttpRequest request, Done done) noexcept {
  std::optional<HttpAnswer> refused;
  try {
    std::optional<HttpUrl> url;
    refused = refusal(request, url);
    if (!refused) return carrier(true)->send(std::move(request), std::move(*url), std::move(done));
  } catch (const std::system_error &) {
    refused = not_sent("thread_start", "the system gave no thread; raise the process's limit");
  } catch (...) { refused = not_sent("no_memory", "out of memory before anything was sent"); }
  done(std::move(*refused));
}

HttpAnswer WiredHttp::ask(ports::HttpRequest request) noexcept {
  try {
    std::optional<HttpUrl> url;
    if (std::optional<HttpAnswer> refused = refusal(request, url)) return std::move(*refused);
    const std::shared_ptr<HttpCarrier> carrier = this->carrier(false);
    if (carrier->on_own_thread())
      return not_sent("busy", "asked from within the answer to another request, which nothing could end; use send");
    return carrier->ask(std::move(request), std::move(*url));
  } catch (...) { return not_sent("no_memory", "out of memory before anything was sent"); }
}

}  // namespace

std::shared_ptr<ports::Http> wired_http(std::function<std::unique_ptr<HttpWires>()> make) {
  return std::make_shared<WiredHttp>(std::move(make));
}

}  // namespace purser::adapters
