// libcurl's multi interface on one thread.
#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "adapters/curl/transfer.hpp"

namespace purser::adapters {
namespace {

/// Never undone: the host, or another library in it, may use libcurl as well. Safe beside others since libcurl 7.84.
bool ready() {
  static const bool once = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return once;
}

class CurlCarrier final : public HttpCarrier {
 public:
  explicit CurlCarrier(HttpOptions options) : HttpCarrier(std::move(options)), multi_(ready() ? curl_multi_init() : nullptr) {
    if (!multi_) throw std::bad_alloc();
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.connections_max));
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
  }
  CurlCarrier(const CurlCarrier &) = delete;
  CurlCarrier &operator=(const CurlCarrier &) = delete;
  ~CurlCarrier() override {
    if (multi_) curl_multi_cleanup(multi_);  // no thread could be started
  }

  void run() override {
    while (take()) {
      start_waiting();
      int open = 0;
      curl_multi_perform(multi_, &open);
      const bool freed = finish_done();
      if (freed && anyone_waits()) continue;
      curl_multi_poll(multi_, nullptr, 0, patience_ms(), nullptr);
    }
    end_all();
  }

 protected:
  void wake() noexcept override { curl_multi_wakeup(multi_); }

 private:
  bool full() const { return busy_.size() >= static_cast<std::size_t>(options_.connections_max); }

  void start_waiting() {
    if (anyone_waits()) expire_waiting();
    while (anyone_waits() && !full()) start(next_waiting());
  }

  void start(HttpJob job) {
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

  bool finish_done() {
    bool any = false;
    int left = 0;
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
    const auto at = std::find_if(busy_.begin(), busy_.end(), [&](const auto &busy) { return busy.get() == transfer; });
    idle_.push_back(std::move(*at));
    *at = std::move(busy_.back());
    busy_.pop_back();
  }

  int patience_ms() const {
    constexpr std::int64_t most = 60'000;
    const auto first = first_deadline();
    if (!first) return most;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(*first - HttpTime::now()).count();
    return static_cast<int>(std::clamp<std::int64_t>(left, 0, most));
  }

  void end_all() {
    for (const auto &transfer : busy_) {
      curl_multi_remove_handle(multi_, transfer->easy());
      transfer->abandon();
    }
    busy_.clear();
    idle_.clear();
    end_waiting();
    // Here, where no signal reaches: saying goodbye on a dead TLS connection raises SIGPIPE.
    curl_multi_cleanup(std::exchange(multi_, nullptr));
  }

  CURLM *multi_;
  std::vector<std::unique_ptr<CurlTransfer>> busy_, idle_;
};

}  // namespace

std::shared_ptr<ports::Http> curl_http(HttpOptions options) {
  return threaded_http([options = std::move(options)] { return std::make_shared<CurlCarrier>(options); });
}

}  // namespace purser::adapters
