// purser_check on resident accounts. Arguments: store, catalog, number of accounts that bench/accounts.py put there.
// Rows: `hot` (one account), `random` (of all, in a shuffled order), `hot_2` and `random_2` (the same on two threads at once, count each),
// `memory` (resident bytes of the process, not a time), `open` (nanoseconds that opening and the first check took, measured at the start).
#include <purser.h>

#include "accounts.hpp"
#include "worker.hpp"

namespace {

const char *const feature = "campaigns";

purser_handle *open(const std::string &store, const std::string &catalog) {
  purser_config config = {};
  config.struct_size = sizeof config;
  config.store = store.c_str();
  config.catalog = catalog.c_str();
  config.mode = "offline";
  purser_handle *purser = nullptr;
  purser_error *error = nullptr;
  if (purser_open(&config, &purser, &error) != PURSER_OK) bench::fail(error->message);
  return purser;
}

}  // namespace

int main(int argc, char **argv) {
  const std::int64_t accounts = std::stoll(bench::argument(argc, argv, 3));
  const std::int64_t start = bench::now_ns();
  purser_handle *purser = open(bench::argument(argc, argv, 1), bench::argument(argc, argv, 2));
  const char *one = "acct_000000000000000";
  const int held = purser_check(purser, one, feature);
  const std::int64_t opened_ns = bench::now_ns() - start;
  const std::int64_t resident_bytes = bench::resident_bytes();
  if (held != (accounts > 0 ? 1 : 0)) bench::fail("the first account does not answer as it was stored");

  const std::vector<char> ids = bench::shuffled_accounts(std::max<std::int64_t>(accounts, 1));
  std::int64_t yes = 0;
  for (std::size_t i = 0; i < ids.size(); i += bench::id_bytes) yes += purser_check(purser, &ids[i], feature);
  if (yes != accounts) bench::fail("an account does not answer as it was stored");

  const auto hot = [&](std::int64_t) { return purser_check(purser, one, feature); };
  const auto hot_on = [&](int, std::int64_t) { return purser_check(purser, one, feature); };
  // A walker goes on from where it was, so that no account is warm from a short time ago; each in a cache line of its own.
  struct alignas(64) Walker {
    std::size_t at;
  };
  std::vector<Walker> walkers = {
      {0}, {ids.size() / bench::id_bytes / 3 * bench::id_bytes}, {ids.size() / bench::id_bytes / 3 * 2 * bench::id_bytes}};
  const auto walk = [&](std::size_t walker) {
    std::size_t &i = walkers[walker].at;
    if ((i += bench::id_bytes) >= ids.size()) i = 0;
    return purser_check(purser, &ids[i], feature);
  };
  const int status =
      bench::serve({{"hot", bench::repeat(hot)},
                    {"hot_2", bench::repeat_on(2, hot_on)},
                    {"random", bench::repeat([&](std::int64_t) { return walk(0); })},
                    {"random_2", bench::repeat_on(2, [&](int thread, std::int64_t) { return walk(static_cast<std::size_t>(thread) + 1); })},
                    {"memory", [&](std::int64_t) { return resident_bytes; }},
                    {"open", [&](std::int64_t) { return opened_ns; }}});
  purser_close(purser);
  return status;
}
