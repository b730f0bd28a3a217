#include "adapters/curl/transfer.hpp"

#include <algorithm>
#include <new>

namespace purser::adapters {
namespace {

/// The stable word for what libcurl says.
const char *reason_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST: return "dns";
    case CURLE_COULDNT_CONNECT: return "connect";
    case CURLE_OPERATION_TIMEDOUT: return "timeout";
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED: return "tls";
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:  // an HTTP/0.9 answer
    case CURLE_BAD_CONTENT_ENCODING: return "bad_answer";
    case CURLE_FILESIZE_EXCEEDED: return "answer_too_large";
    case CURLE_OUT_OF_MEMORY: return "no_memory";
    default: return "disconnected";
  }
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

}  // namespace

CurlTransfer::CurlTransfer(const HttpOptions &options) : options_(options), easy_(curl_easy_init()) {
  if (!easy_) throw std::bad_alloc();
  try {
    set_always();
  } catch (...) {
    curl_easy_cleanup(easy_);
    throw;
  }
}

CurlTransfer::~CurlTransfer() {
  curl_easy_cleanup(easy_);
  curl_slist_free_all(headers_);
}

template <class Value>
void CurlTransfer::set(CURLoption option, Value value) {
  if (curl_easy_setopt(easy_, option, value) != CURLE_OK) throw std::bad_alloc();
}

void CurlTransfer::set_always() {
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_PRIVATE, this);
  set(CURLOPT_ERRORBUFFER, told_.data());
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
#if LIBCURL_VERSION_NUM >= 0x075500
  set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
  set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
#if LIBCURL_VERSION_NUM >= 0x075700
  set(CURLOPT_QUICK_EXIT, 1L);  // a name server that is silent must not hold up the other requests, nor the end
#endif
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");  // an empty one also hides the environment's
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  if (!options_.ca_file.empty()) {
    set(CURLOPT_CAINFO, options_.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char *>(nullptr));
  }
  set(CURLOPT_TCP_KEEPALIVE, 1L);
  set(CURLOPT_MAXAGE_CONN, std::max(1L, static_cast<long>(options_.idle_max_ms / 1000)));
  set(CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
  set(CURLOPT_HEADERDATA, this);
  set(CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
  set(CURLOPT_WRITEDATA, this);
}

bool CurlTransfer::begin(HttpJob job) {
  job_.emplace(std::move(job));
  try {
    set_request();
    return true;
  } catch (const std::bad_alloc &) {
    job_->end_unanswered("no_memory", "out of memory before anything was sent");
    clear();
    return false;
  }
}

void CurlTransfer::set_request() {
  const ports::HttpRequest &request = job_->request;
  if (url_ != request.url) {
    set(CURLOPT_URL, request.url.c_str());
    url_ = request.url;
  }
  // First what empties the request of before, then the body, then the method.
  set(CURLOPT_HTTPGET, 1L);
  if (request.method == "POST" || !request.body.empty()) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.data());
  }
  if (method_ != request.method) {
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    method_ = request.method;
  }
  set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(std::max<std::size_t>(request.response_max_bytes, 1)));
  // libcurl sends once more what a kept connection has lost: a request that must not be repeated gets a connection of its own.
  set(CURLOPT_FRESH_CONNECT, repeatable(request) ? 0L : 1L);
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(job_->deadline - HttpTime::now()).count();
  const long left_ms = std::max(1L, static_cast<long>(left));  // 0 is "for ever"
  set(CURLOPT_TIMEOUT_MS, left_ms);
  set(CURLOPT_CONNECTTIMEOUT_MS, std::max(1L, std::min(left_ms, static_cast<long>(options_.connect_timeout_ms))));
  // "Name:" would take a header away; "Name;" sends it empty.
  for (const auto &[name, value] : request.headers)
    add_header(trimmed(value).empty() ? name + ";" : std::string(name).append(": ").append(value));
  // What libcurl would add by itself.
  for (const char *name : {"Accept", "Content-Type", "Expect"}) {
    const bool given = std::ranges::any_of(request.headers, [&](const ports::HttpHeader &h) { return ports::same_name(h.name, name); });
    if (!given) add_header(std::string(name) + ":");
  }
  set(CURLOPT_HTTPHEADER, headers_);
}

void CurlTransfer::add_header(const std::string &line) {
  curl_slist *longer = curl_slist_append(last_header_, line.c_str());  // to the last one: libcurl would walk to it every time
  if (!longer) throw std::bad_alloc();
  last_header_ = last_header_ ? last_header_->next : longer;
  if (!headers_) headers_ = longer;
}

void CurlTransfer::finish(CURLcode code) {
  // Where the connection ends within the headers, libcurl takes what came for an answer.
  if (code == CURLE_OK && !head_whole_) broken_ = "disconnected";
  if (code == CURLE_OK && !broken_) {
    long status = 0;
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
    answer_.end = ports::HttpEnd::answered;
    answer_.status = static_cast<std::int32_t>(status);
    job_->end(std::move(answer_));
    return clear();
  }
  job_->may_have_arrived = !nothing_left_this_machine();
  std::string message(told_[0] ? told_.data() : broken_ ? "the connection ended, or a bound was reached" : curl_easy_strerror(code));
  std::ranges::replace_if(
      message, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, ' ');
  job_->end_unanswered(broken_ ? broken_ : reason_of(code), std::move(message));
  clear();
}

void CurlTransfer::abandon() {
  job_->may_have_arrived = !nothing_left_this_machine();
  clear();
}

/// Counts what was handed to the system over all connections that this request was tried on.
bool CurlTransfer::nothing_left_this_machine() const {
  long head = 0;
  curl_off_t body = 0;
  curl_easy_getinfo(easy_, CURLINFO_REQUEST_SIZE, &head);
  curl_easy_getinfo(easy_, CURLINFO_SIZE_UPLOAD_T, &body);
  return head == 0 && body == 0;
}

void CurlTransfer::clear() {
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, nullptr);
  curl_slist_free_all(headers_);
  headers_ = last_header_ = nullptr;
  job_.reset();
  answer_ = {};
  header_bytes_ = 0;
  broken_ = nullptr;
  head_whole_ = false;
  told_[0] = 0;
}

std::size_t CurlTransfer::on_header(char *data, std::size_t, std::size_t count, void *self) noexcept {
  return static_cast<CurlTransfer *>(self)->take_header({data, count}) ? count : 0;
}

std::size_t CurlTransfer::on_body(char *data, std::size_t, std::size_t count, void *self) noexcept {
  return static_cast<CurlTransfer *>(self)->take_body({data, count}) ? count : 0;
}

bool CurlTransfer::take_header(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > http_headers_max_bytes) broken_ = "answer_too_large";
  if (broken_) return false;
  if (line.starts_with("HTTP/")) {
    head_whole_ = false;
    answer_.headers.clear();  // what came before was only preliminary: 100 or 103
    return true;
  }
  if (line == "\r\n" || line == "\n") {
    head_whole_ = true;
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return true;
  try {
    if (answer_.headers.empty()) answer_.headers.reserve(24);
    answer_.headers.push_back({std::string(line.substr(0, colon)), std::string(trimmed(line.substr(colon + 1)))});
  } catch (const std::bad_alloc &) { broken_ = "no_memory"; }
  return broken_ == nullptr;
}

void CurlTransfer::reserve_body() {
  curl_off_t announced = 0;
  curl_easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  if (announced > 0) answer_.body.reserve(std::min(static_cast<std::size_t>(announced), job_->request.response_max_bytes));
}

bool CurlTransfer::take_body(std::string_view bytes) {
  if (answer_.body.size() + bytes.size() > job_->request.response_max_bytes) broken_ = "answer_too_large";
  if (broken_) return false;
  try {
    if (answer_.body.empty()) reserve_body();
    answer_.body.append(bytes);
  } catch (const std::bad_alloc &) { broken_ = "no_memory"; }
  return broken_ == nullptr;
}

}  // namespace purser::adapters
