// Which connections are verified, and that they are.
#include <map>

#include "adapters/postgres/address.hpp"
#include "catch.hpp"
#include "support/certificates.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"
#include "support/test_store.hpp"

using namespace purser;
using namespace purser::test;

namespace {

std::map<std::string, std::string> keywords(const std::string &url) {
  const adapters::PostgresAddress address = adapters::postgres_address(postgres_options(url));
  return {address.keywords.begin(), address.keywords.end()};
}

}  // namespace

TEST_CASE("a server elsewhere is verified unless the address says otherwise") {
  for (const char *near : {"postgres://u@127.0.0.1/d", "postgres://u@localhost:5433/d", "postgres://u@[::1]/d", "postgres:///d?host=/tmp",
                           "postgres://u@db.example.com/d?hostaddr=127.0.0.1"})
    CHECK_FALSE(keywords(near).contains("sslmode"));
  for (const char *far : {"postgres://u@db.example.com/d", "postgres://u@10.0.0.1/d", "postgres://u@localhost,db.example.com/d",
                          "postgresql://u@db.example.com/d?hostaddr=10.0.0.1"}) {
    INFO(far);
    CHECK(keywords(far)["sslmode"] == "verify-full");
    CHECK(keywords(far)["tcp_user_timeout"] != "");
  }
  CHECK(keywords("postgres://u@db.example.com/d?sslmode=require")["sslmode"] == "require");
  CHECK(keywords("postgres://u@db.example.com/d?sslmode=verify-full&sslrootcert=/ca.pem")["sslrootcert"] == "/ca.pem");
  CHECK(keywords("postgres://u@db.example.com/d?connect_timeout=9")["connect_timeout"] == "9");
}

TEST_CASE("verify-full accepts the authority's certificate of that host, and no other") {
  const TemporaryFolder folder, elsewhere;
  Authority authority(folder.path()), stranger(elsewhere.path());
  const ServerIdentity identity = authority.issue({.subject_names = "IP:127.0.0.1"});
  PostgresServer server({"--tls", identity.certificate_file, identity.key_file});
  stranger.issue();
  const auto open = [&](const std::string &more) {
    const auto database = adapters::postgres_database(postgres_options(server.tcp() + "?" + more));
    return texts(*database->open(true), "SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()").front();
  };
  CHECK(open("sslmode=verify-full&sslrootcert=" + authority.ca_file()) == "true");
  CHECK(open("sslmode=disable") == "false");
  CHECK(reason_of([&] { open("sslmode=verify-full&sslrootcert=" + stranger.ca_file()); }) == "store_unavailable");
  std::string by_name = server.tcp();
  by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");  // the certificate is of the number
  const Error error = error_of([&] {
    adapters::postgres_database(postgres_options(by_name + "?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=" + authority.ca_file()))
        ->open(true);
  });
  CHECK(error.reason == "store_unavailable");
  CHECK(error.message.find("certificate") != std::string::npos);
}
