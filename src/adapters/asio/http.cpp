// Boost.Asio, Beast and OpenSSL on one thread. Everything is compiled in: what libpurser.a and the bindings carry with them.
#include <openssl/x509.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdlib>
#include <new>
#include <system_error>
#include <vector>

#include "adapters/asio/exchange.hpp"

namespace purser::adapters {
namespace {

bool readable(const char *name) { return name && ::access(name, R_OK) == 0; }

/// Where this OpenSSL was told to look; else where the systems keep their certificates: a library that carries its own OpenSSL runs on
/// others than the one it was built on.
void trust(asio::ssl::context &tls, const std::string &ca_file) {
  static constexpr std::array<const char *, 4> files{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                                     "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
  boost::system::error_code ignored;  // without any, nothing is trusted, and every request says so
  if (!ca_file.empty()) {
    tls.load_verify_file(ca_file, ignored);
    return;
  }
  tls.set_default_verify_paths(ignored);
  const bool named = std::getenv(X509_get_default_cert_file_env()) || std::getenv(X509_get_default_cert_dir_env());
  if (named || readable(X509_get_default_cert_file()) || readable(X509_get_default_cert_dir())) return;
  const auto file = std::ranges::find_if(files, readable);
  if (file != files.end()) tls.load_verify_file(*file, ignored);
}

class AsioCarrier final : public HttpCarrier, public AsioHome {
 public:
  explicit AsioCarrier(HttpOptions options) : HttpCarrier(std::move(options)), wakened_(io_, new_event()), waiting_timer_(io_) {
    tls_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    tls_.set_verify_mode(asio::ssl::verify_peer);
    trust(tls_, options_.ca_file);
  }

  void run() override {
    listen();
    for (;;) {
      try {
        io_.run();
        break;
      } catch (const std::exception &) {
        // A step outside of every exchange had no memory. What waits is looked at again, by its deadline at the latest.
      }
    }
    end_all();
  }

 protected:
  void wake() noexcept override {
    const std::uint64_t one = 1;
    static_cast<void>(::write(wakened_.native_handle(), &one, sizeof one));
  }

 private:
  static int new_event() {
    const int event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event < 0) throw std::system_error(errno, std::generic_category());
    return event;
  }

  void listen() {
    wakened_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code &) {
      std::uint64_t times = 0;
      static_cast<void>(::read(wakened_.native_handle(), &times, sizeof times));
      if (!take()) return io_.stop();
      listen();
      start_waiting();
    });
  }

  void start_waiting() {
    if (anyone_waits()) expire_waiting();
    while (anyone_waits() && busy_.size() < static_cast<std::size_t>(options_.connections_max)) start(next_waiting());
    if (const auto first = first_deadline()) look_again(*first);
  }

  void look_again(HttpTime::time_point at) {
    waiting_timer_.expires_at(at);
    waiting_timer_.async_wait([this](const boost::system::error_code &error) {
      if (!error) start_waiting();
    });
  }

  void start(HttpJob job) {
    busy_.reserve(busy_.size() + 1);
    const auto exchange = std::make_shared<AsioExchange>(*this, std::move(job));
    busy_.push_back(exchange);
    exchange->begin();
  }

  asio::io_context &io() override { return io_; }
  asio::ssl::context &tls() override { return tls_; }
  const HttpOptions &options() const override { return options_; }

  std::unique_ptr<AsioConnection> kept(const HttpUrl &url) override {
    const auto oldest = HttpTime::now() - std::chrono::milliseconds(options_.idle_max_ms);
    for (std::size_t i = kept_.size(); i-- > 0;) {
      if (!kept_[i]->leads_to(url)) continue;
      std::unique_ptr<AsioConnection> connection = std::move(kept_[i]);
      kept_.erase(kept_.begin() + static_cast<std::ptrdiff_t>(i));
      if (connection->idle_since >= oldest && connection->quiet()) return connection;
    }
    return nullptr;
  }

  void keep(std::unique_ptr<AsioConnection> connection) override {
    if (kept_.size() >= static_cast<std::size_t>(options_.connections_max)) kept_.erase(kept_.begin());
    kept_.push_back(std::move(connection));
  }

  void ended(AsioExchange &exchange) override {
    const auto at = std::ranges::find_if(busy_, [&](const auto &busy) { return busy.get() == &exchange; });
    if (at == busy_.end()) return;
    *at = std::move(busy_.back());
    busy_.pop_back();
    // A new one begins from the loop, not inside the end of another.
    if (anyone_waits()) look_again(HttpTime::now());
  }

  void end_all() {
    while (!busy_.empty()) {
      const auto last = busy_.back();
      last->abandon();
    }
    end_waiting();
    kept_.clear();
  }

  asio::io_context io_{1};
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  asio::posix::stream_descriptor wakened_;
  asio::steady_timer waiting_timer_;
  std::vector<std::shared_ptr<AsioExchange>> busy_;
  std::vector<std::unique_ptr<AsioConnection>> kept_;
};

}  // namespace

std::shared_ptr<ports::Http> asio_http(HttpOptions options) {
  return threaded_http([options = std::move(options)] { return std::make_shared<AsioCarrier>(options); });
}

}  // namespace purser::adapters
