// One connection of the Asio client, plain or TLS, kept for the next request to the same place.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <memory>
#include <optional>

#include "adapters/http_carrier.hpp"

namespace purser::adapters {

namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;

class AsioConnection {
 public:
  static constexpr std::size_t read_bytes = 16 * 1024;  ///< one TLS record; what Beast reads at once is what its buffer holds
  AsioConnection(asio::io_context &io, const HttpUrl &url) : socket(io), tls(url.tls), host(url.host), port(url.port) {
    buffer.reserve(read_bytes);
  }

  bool leads_to(const HttpUrl &url) const { return tls == url.tls && port == url.port && host == url.host; }
  /// Nothing has come since the last answer: neither the end nor anything that nobody asked for.
  bool quiet();
  /// Name and certificate checks for the host; false: there is no memory.
  bool prepare_tls(asio::ssl::context &context);
  /// `work` with the stream that bytes go through.
  template <class Work>
  void on_stream(Work work) {
    if (secure)
      work(*secure);
    else
      work(socket);
  }
  void close() noexcept;

  tcp::socket socket;
  std::optional<asio::ssl::stream<tcp::socket &>> secure;
  beast::flat_buffer buffer;
  const bool tls;
  const std::string host, port;
  bool used = false;  ///< an answer came over it before
  HttpTime::time_point idle_since{};
};

}  // namespace purser::adapters
