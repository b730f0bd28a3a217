// Certificates for servers on loopback, made on the spot: nothing secret is committed, and nothing expires in the repository.
#pragma once
#include <string>

#include "support/http_server.hpp"

namespace purser::test {

struct CertificateWish {
  std::string subject_names = "DNS:localhost,IP:127.0.0.1";
  long from_s = -3600, to_s = 3600;  ///< against now
  bool signed_by_itself = false;     ///< instead of by the authority
};

/// An authority of its own, its certificate in a file, and servers' certificates signed by it.
class Authority {
 public:
  explicit Authority(std::string folder);
  ~Authority();
  Authority(const Authority &) = delete;
  Authority &operator=(const Authority &) = delete;
  std::string ca_file() const { return folder_ + "/ca.pem"; }
  ServerIdentity issue(const CertificateWish &wish = {});

 private:
  std::string folder_;
  void *key_ = nullptr, *certificate_ = nullptr;
  int issued_ = 0;
};

}  // namespace purser::test
