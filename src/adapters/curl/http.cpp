// libcurl's multi interface.
#include <algorithm>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "adapters/curl/transfer.hpp"
#include "adapters/signals.hpp"

namespace purser::adapters {
namespace {

/// Never undone: the host, or another library in it, may use libcurl as well. Safe beside others since libcurl 7.84.
bool ready() {
  static const bool once = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return once;
}

class CurlWires final : public HttpWires {
 public:
  explicit CurlWires(HttpOptions options) : HttpWires(std::move(options)), multi_(ready() ? curl_multi_init() : nullptr) {
    if (!multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.connections_max));
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  }
  ~CurlWires() override { curl_multi_cleanup(multi_); }

  std::size_t busy() const override { return busy_.size(); }

  void start(HttpJob job) override {
    tls_ = tls_ || job.url.tls;
    try {
      if (idle_.empty()) idle_.push_back(std::make_unique<CurlTransfer>(options_));
      busy_.reserve(busy_.size() + 1);
      idle_.reserve(idle_.size() + busy_.size() + 1);
    } catch (const std::bad_alloc &) { return job.end_unanswered("no_memory", "out of memory before anything was sent"); }
    if (!idle_.back()->begin(std::move(job))) return;
    CurlTransfer *transfer = idle_.back().get();
    busy_.push_back(std::move(idle_.back()));
    idle_.pop_back();
    if (curl_multi_add_handle(multi_, transfer->easy()) != CURLM_OK) end(transfer, CURLE_OUT_OF_MEMORY);
  }

  void carry(HttpTime::time_point until) override {
    std::optional<PipeSignalHeld> held;
    if (tls_) held.emplace();
    if (perform()) return;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - HttpTime::now()).count();
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000)), nullptr);
    perform();
  }

  void wake() noexcept override { curl_multi_wakeup(multi_); }

  void end_all() override {
    std::optional<PipeSignalHeld> held;
    if (tls_) held.emplace();
    for (const auto &transfer : busy_) {
      curl_multi_remove_handle(multi_, transfer->easy());
      transfer->abandon();
    }
    busy_.clear();
    idle_.clear();
    curl_multi_cleanup(std::exchange(multi_, nullptr));
  }

 private:
  /// True when a job has ended.
  bool perform() {
    bool any = false;
    int open = 0, left = 0;
    curl_multi_perform(multi_, &open);
    while (const CURLMsg *message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;  // the message goes with the handle
      CurlTransfer *transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      curl_multi_remove_handle(multi_, transfer->easy());
      end(transfer, code);
      any = true;
    }
    return any;
  }

  void end(CurlTransfer *transfer, CURLcode code) {
    transfer->finish(code);
    const auto at = std::ranges::find_if(busy_, [&](const auto &busy) { return busy.get() == transfer; });
    idle_.push_back(std::move(*at));
    *at = std::move(busy_.back());
    busy_.pop_back();
  }

  CURLM *multi_;
  std::vector<std::unique_ptr<CurlTransfer>> busy_, idle_;
  bool tls_ = false;  ///< plain sockets are written to without SIGPIPE; OpenSSL may raise it, also when it says goodbye
};

}  // namespace

std::shared_ptr<ports::Http> curl_http(HttpOptions options) {
  return wired_http([options = std::move(options)] { return std::make_unique<CurlWires>(options); });
}

}  // namespace purser::adapters
