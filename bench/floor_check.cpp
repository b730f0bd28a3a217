// The limit of `check`: one probe of a flat table (boost::unordered_flat_map) with a string key, and one read of the coarse clock.
// Argument: number of accounts. Rows: `hot`, `random`, `clock`; `hot_wyhash`, `random_wyhash`: the same table with a faster hash than
// Boost 1.81's own, for orientation.
#include <time.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstring>
#include <string>
#include <string_view>

#include "accounts.hpp"
#include "base/keyed_hash.hpp"
#include "worker.hpp"

namespace {

struct BoostHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return boost::hash<std::string_view>()(text); }
};
struct FastHash {
  using is_transparent = void;
  using is_avalanching = void;
  purser::KeyedHash hash;
  std::size_t operator()(std::string_view text) const { return hash(text); }
};
struct Equal {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const { return a == b; }
};

template <class Hash>
using Table = boost::unordered_flat_map<std::string, std::uint64_t, Hash, Equal>;

/// What the table keeps is a set of 64 features; feature 3 is asked for.
template <class Hash>
bool probe(const Table<Hash> &table, const char *account) {
  const auto at = table.find(std::string_view(account));
  return at != table.end() && (at->second >> 3 & 1) != 0;
}

std::int64_t coarse_ms() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

template <class Hash>
void add_rows(std::map<std::string, bench::Row> &rows, const std::string &suffix, const std::vector<char> &ids, const Table<Hash> &table) {
  const char *one = "acct_000000000000000";
  rows["hot" + suffix] = bench::repeat([&table, one](std::int64_t) { return probe(table, one); });
  rows["random" + suffix] = bench::repeat([&table, &ids, i = std::make_shared<std::size_t>(0)](std::int64_t) {
    if ((*i += bench::id_bytes) >= ids.size()) *i = 0;
    return probe(table, &ids[*i]);
  });
}

}  // namespace

int main(int argc, char **argv) {
  const std::vector<char> ids = bench::shuffled_accounts(std::stoll(bench::argument(argc, argv, 1)));
  Table<BoostHash> table;
  Table<FastHash> fast;
  for (std::size_t i = 0; i < ids.size(); i += bench::id_bytes) table[&ids[i]] = fast[&ids[i]] = 8;
  std::map<std::string, bench::Row> rows;
  rows["clock"] = bench::repeat([](std::int64_t) { return coarse_ms(); });
  add_rows(rows, "", ids, table);
  add_rows(rows, "_wyhash", ids, fast);
  return bench::serve(rows);
}
