// The limit of `verify`: HMAC with the key schedule done once (EVP), then simdjson on demand, which looks at every byte and takes out the
// envelope's fields. Arguments: file of deliveries, secret. Rows: `verify`, `hmac` alone.
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <simdjson.h>

#include "worker.hpp"

namespace {

EVP_MAC_CTX *keyed(const std::string &secret) {
  EVP_MAC *mac = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  EVP_MAC_CTX *context = EVP_MAC_CTX_new(mac);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest, 0), OSSL_PARAM_construct_end()};
  if (!EVP_MAC_init(context, reinterpret_cast<const unsigned char *>(secret.data()), secret.size(), parameters))
    bench::fail("EVP_MAC_init");
  return context;
}

/// "t=<seconds>,v1=<hex>" as bench/payload.py writes it.
bool right(EVP_MAC_CTX *context, const std::string &header, std::string_view body) {
  const std::size_t comma = header.find(',');
  const std::string_view time(header.data() + 2, comma - 2), given(header.data() + comma + 4, 64);
  unsigned char digest[32];
  std::size_t size = 0;
  EVP_MAC_init(context, nullptr, 0, nullptr);
  EVP_MAC_update(context, reinterpret_cast<const unsigned char *>(time.data()), time.size());
  EVP_MAC_update(context, reinterpret_cast<const unsigned char *>("."), 1);
  EVP_MAC_update(context, reinterpret_cast<const unsigned char *>(body.data()), body.size());
  EVP_MAC_final(context, digest, &size, sizeof digest);
  char hex[64];
  for (std::size_t i = 0; i < sizeof digest; ++i) {
    hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
    hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
  }
  return CRYPTO_memcmp(hex, given.data(), sizeof hex) == 0;
}

}  // namespace

int main(int argc, char **argv) {
  const auto deliveries = bench::read_deliveries(bench::argument(argc, argv, 1));
  EVP_MAC_CTX *context = keyed(bench::argument(argc, argv, 2));
  const std::string &header = deliveries.at(0).header;
  const simdjson::padded_string body(deliveries.at(0).body);
  simdjson::ondemand::parser parser;
  const auto verify = [&](std::int64_t) {
    if (!right(context, header, {body.data(), body.size()})) bench::fail("signature_mismatch");
    simdjson::ondemand::document event = parser.iterate(body);
    const std::string_view id = event["id"], kind = event["object"];
    const std::int64_t created = event["created"];
    const bool livemode = event["livemode"];
    const std::string_view type = event["type"];
    return created + static_cast<std::int64_t>(id.size() + kind.size() + type.size()) + livemode;
  };
  return bench::serve({{"verify", bench::repeat(verify)}, {"hmac", bench::repeat([&](std::int64_t) {
                                                             return right(context, header, {body.data(), body.size()});
                                                           })}});
}
