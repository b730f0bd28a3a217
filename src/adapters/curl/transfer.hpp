// One libcurl easy handle: set once to what every request has, then used for one request after the other.
#pragma once
#include <curl/curl.h>

#include <array>
#include <optional>

#include "adapters/http_carrier.hpp"

namespace purser::adapters {

class CurlTransfer {
 public:
  explicit CurlTransfer(const HttpOptions &options);  ///< throws std::bad_alloc
  ~CurlTransfer();
  CurlTransfer(const CurlTransfer &) = delete;
  CurlTransfer &operator=(const CurlTransfer &) = delete;

  CURL *easy() const { return easy_; }
  /// False: there is no memory; the job is ended.
  bool begin(HttpJob job);
  /// How libcurl says that it ended: answers.
  void finish(CURLcode code);
  /// Drops the request, answered as `closed`.
  void abandon();

 private:
  template <class Value>
  void set(CURLoption option, Value value);
  void set_always();
  void set_request();
  void add_header(const std::string &line);
  bool nothing_left_this_machine() const;
  void clear();

  static std::size_t on_header(char *data, std::size_t size, std::size_t count, void *self) noexcept;
  static std::size_t on_body(char *data, std::size_t size, std::size_t count, void *self) noexcept;
  bool take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  void reserve_body();

  const HttpOptions &options_;
  CURL *easy_;
  curl_slist *headers_ = nullptr, *last_header_ = nullptr;
  std::string url_, method_;  ///< as the handle has them
  std::optional<HttpJob> job_;
  ports::HttpAnswer answer_;
  std::size_t header_bytes_ = 0;
  bool head_whole_ = false;       ///< the blank line after the answer's headers has come
  const char *broken_ = nullptr;  ///< why one of our own callbacks ended the transfer
  std::array<char, CURL_ERROR_SIZE> told_{};
};

}  // namespace purser::adapters
