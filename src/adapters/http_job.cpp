#include <algorithm>
#include <utility>

#include "adapters/http_carrier.hpp"

namespace purser::adapters {

using ports::HttpEnd;

HttpJob::HttpJob(ports::HttpRequest asked, HttpUrl read, ports::Http::Done done)
    : request(std::move(asked)), url(std::move(read)), done_(std::move(done)) {
  deadline = HttpTime::now() + std::chrono::milliseconds(std::clamp<std::int64_t>(request.timeout_ms, 0, http_timeout_most_ms));
}

HttpJob::HttpJob(HttpJob &&other) noexcept
    : request(std::move(other.request)),
      url(std::move(other.url)),
      deadline(other.deadline),
      may_have_arrived(other.may_have_arrived),
      done_(std::exchange(other.done_, nullptr)) {}

HttpJob::~HttpJob() { end_unanswered("closed", "the client was closed"); }

void HttpJob::end(ports::HttpAnswer answer) noexcept {
  if (!done_) return;
  const ports::Http::Done done = std::exchange(done_, nullptr);
  done(std::move(answer));
}

void HttpJob::end_unanswered(const char *reason, std::string message) noexcept {
  if (!done_) return;
  end({may_have_arrived ? HttpEnd::lost : HttpEnd::not_sent, 0, {}, {}, reason, std::move(message)});
}

}  // namespace purser::adapters
