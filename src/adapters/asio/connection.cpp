#include "adapters/asio/connection.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <cerrno>

namespace purser::adapters {

bool AsioConnection::quiet() {
  char byte;
  const ssize_t got = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && buffer.size() == 0;
}

bool AsioConnection::prepare_tls(asio::ssl::context &context) {
  secure.emplace(socket, context);
  SSL *ssl = secure->native_handle();
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (is_address(host)) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  return SSL_set_tlsext_host_name(ssl, host.c_str()) == 1 && SSL_set1_host(ssl, host.c_str()) == 1;
}

void AsioConnection::close() noexcept {
  boost::system::error_code ignored;
  socket.close(ignored);
}

}  // namespace purser::adapters
