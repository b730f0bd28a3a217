// A C++20 host on purser.hpp; with a Boost.JSON or an SQLite of its own where it was compiled with one. Arguments as host.c.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <purser.hpp>
#include <string>
#ifdef HOST_HAS_JSON
std::string json_round_trip(const std::string &text);
#endif
#ifdef HOST_HAS_SQLITE
extern "C" long host_sqlite_sum(const char *path);
extern "C" const char *host_sqlite_version(void);
#endif

namespace {

void require(bool condition, const char *what) {
  if (condition) return;
  std::fprintf(stderr, "host: %s\n", what);
  std::exit(1);
}

std::string read_file(const char *path) {
  std::ifstream file(path, std::ios::binary);
  require(bool(file), path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The host's own copies, called between and beside calls of Purser.
void use_own_copies(const std::string &body) {
  require(!body.empty(), "empty body");
#ifdef HOST_HAS_JSON
  require(json_round_trip(body) == body, "the host's own Boost.JSON");
#endif
#ifdef HOST_HAS_SQLITE
  require(host_sqlite_sum("host.db") == 5050, "the host's own SQLite");
#endif
}

}  // namespace

int main(int count, char **arguments) try {
  if (count != 7) return 2;
  const std::string body = read_file(arguments[3]);
  const std::int64_t now_ms = std::strtoll(arguments[6], nullptr, 10);
  use_own_copies(body);
  const purser::Verified verified =
      purser::Purser::webhook_verify({.body = body, .signature = arguments[4], .secrets = {arguments[5]}, .now_ms = now_ms});
  require(verified.accepted && verified.event_id == "evt_1HostThread", "verify");

  purser::Config config{
      .store = "sqlite:purser.db", .catalog = arguments[1], .mode = "offline", .on_log = {}, .now_ms = [now_ms] { return now_ms; }};
  std::remove("purser.db");
  purser::Purser p(std::move(config));
  require(!p.check("acct_host", "leads"), "access before the purchase");
  const purser::ReplayReport report = p.event_replay({.documents = read_file(arguments[2]), .totals = true});
  require(report.grants == 1 && report.state_hash.size() == 64, "replay made no grant");
  use_own_copies(body);
  require(p.check("acct_host", "leads"), "access after the purchase");
  require(p.account_read({.account = "acct_host"}).customer == "cus_host", "customer");
#ifdef HOST_HAS_SQLITE
  std::printf("own SQLite %s; ", host_sqlite_version());
#endif
  std::printf("C++ host: purser %s, access decided\n", purser::version().c_str());
  return 0;
} catch (const purser::Error &error) {
  std::fprintf(stderr, "host: %s\n", error.what());
  return 1;
}
