#include "support/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace purser::test {
namespace {

EVP_PKEY *new_key() { return EVP_EC_gen("P-256"); }

void extend(X509 *certificate, X509 *issuer, int nid, const std::string &value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (!extension) throw std::runtime_error("no such certificate extension: " + value);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509 *new_certificate(const char *name, EVP_PKEY *key, long serial, long from_s, long to_s) {
  X509 *certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), from_s);
  X509_gmtime_adj(X509_getm_notAfter(certificate), to_s);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char *>(name), -1, -1,
                             0);
  X509_set_pubkey(certificate, key);
  return certificate;
}

template <class Write>
void write_file(const std::string &name, Write write) {
  std::FILE *file = std::fopen(name.c_str(), "w");
  if (!file) throw std::runtime_error("cannot write " + name);
  write(file);
  std::fclose(file);
}

}  // namespace

Authority::Authority(std::string folder) : folder_(std::move(folder)) {
  EVP_PKEY *key = new_key();
  X509 *certificate = new_certificate("Purser test authority", key, 1, -3600, 3600);
  X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
  extend(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE");
  extend(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(certificate, key, EVP_sha256());
  write_file(ca_file(), [&](std::FILE *file) { PEM_write_X509(file, certificate); });
  key_ = key;
  certificate_ = certificate;
}

Authority::~Authority() {
  EVP_PKEY_free(static_cast<EVP_PKEY *>(key_));
  X509_free(static_cast<X509 *>(certificate_));
}

ServerIdentity Authority::issue(const CertificateWish &wish) {
  const std::string base = folder_ + "/server" + std::to_string(++issued_);
  EVP_PKEY *key = new_key();
  X509 *certificate = new_certificate("Purser test server", key, issued_ + 1, wish.from_s, wish.to_s);
  X509 *issuer = wish.signed_by_itself ? certificate : static_cast<X509 *>(certificate_);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  extend(certificate, issuer, NID_subject_alt_name, wish.subject_names);
  extend(certificate, issuer, NID_ext_key_usage, "serverAuth");
  X509_sign(certificate, wish.signed_by_itself ? key : static_cast<EVP_PKEY *>(key_), EVP_sha256());
  write_file(base + ".pem", [&](std::FILE *file) { PEM_write_X509(file, certificate); });
  write_file(base + ".key", [&](std::FILE *file) { PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr); });
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {base + ".pem", base + ".key"};
}

}  // namespace purser::test
