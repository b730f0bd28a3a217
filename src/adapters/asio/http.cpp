// Boost.Asio, Beast and OpenSSL. Everything is compiled in: what libpurser.a and the bindings carry with them.
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

class AsioWires final : public HttpWires, public AsioHome {
 public:
  explicit AsioWires(HttpOptions options) : HttpWires(std::move(options)), wakened_(io_, new_event()) {
    tls_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
    tls_.set_verify_mode(asio::ssl::verify_peer);
    trust(tls_, options_.ca_file);
    listen();
  }

  std::size_t busy() const override { return busy_.size(); }

  void start(HttpJob job) override {
    std::shared_ptr<AsioExchange> exchange;
    try {
      busy_.reserve(busy_.size() + 1);
      exchange = std::make_shared<AsioExchange>(*this, std::move(job));
    } catch (const std::exception &) { return; }  // the job has answered
    busy_.push_back(exchange);
    exchange->begin();
  }

  void carry(HttpTime::time_point until) override {
    try {
      io_.run_one_until(until);
    } catch (const std::exception &) {}  // no memory outside of every exchange; the next turn looks again
  }

  void wake() noexcept override {
    const std::uint64_t one = 1;
    static_cast<void>(::write(wakened_.native_handle(), &one, sizeof one));
  }

  void end_all() override {
    while (!busy_.empty()) {
      const auto last = busy_.back();
      last->abandon();
    }
    kept_.clear();
  }

 private:
  static int new_event() {
    const int event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (event < 0) throw std::system_error(errno, std::generic_category());
    return event;
  }

  void listen() {
    wakened_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code &error) {
      if (error) return;
      std::uint64_t times = 0;
      static_cast<void>(::read(wakened_.native_handle(), &times, sizeof times));
      listen();
    });
  }

  asio::io_context &io() override { return io_; }
  asio::ssl::context &tls() override { return tls_; }
  std::chrono::milliseconds connect_timeout() const override { return std::chrono::milliseconds(options_.connect_timeout_ms); }

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
  }

  asio::io_context io_{1};
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  asio::posix::stream_descriptor wakened_;
  std::vector<std::shared_ptr<AsioExchange>> busy_;
  std::vector<std::unique_ptr<AsioConnection>> kept_;
};

}  // namespace

std::shared_ptr<ports::Http> asio_http(HttpOptions options) {
  return wired_http([options = std::move(options)] { return std::make_unique<AsioWires>(options); });
}

}  // namespace purser::adapters
