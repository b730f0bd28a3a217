// A bench program is a worker: it makes itself ready, says so, then does what its standard input asks for, one line at a time:
// "<row> <count>" → the nanoseconds that <count> times of <row> took. bench/run.py asks ours, the floors and the peers in turn, so that
// whatever else the machine does disturbs all of them alike. Standard library only.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace bench {

using Row = std::function<std::int64_t(std::int64_t count)>;

inline std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// A row that does one thing `count` times; `once(i)` gives a number that is kept, so that nothing is optimised away.
template <class Once>
Row repeat(Once once) {
  return [once](std::int64_t count) {
    const std::int64_t start = now_ns();
    std::int64_t sum = 0;
    for (std::int64_t i = 0; i < count; ++i) sum += once(i);
    [[maybe_unused]] static volatile std::int64_t kept = 0;
    kept = sum;
    return now_ns() - start;
  };
}

/// The same on `threads` threads at once, `count` times on each: the time of the slowest. `once(thread, i)`.
template <class Once>
Row repeat_on(int threads, Once once) {
  return [threads, once](std::int64_t count) {
    std::vector<std::int64_t> times(static_cast<std::size_t>(threads));
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t)
      running.emplace_back([&times, &once, t, count] {
        times[static_cast<std::size_t>(t)] = repeat([&once, t](std::int64_t i) { return once(t, i); })(count);
      });
    for (std::thread &thread : running) thread.join();
    return *std::max_element(times.begin(), times.end());
  };
}

[[noreturn]] inline void fail(const std::string &what) {
  std::cerr << what << '\n';
  std::exit(1);
}

inline std::string read_file(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail("cannot read " + path);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline std::string argument(int argc, char **argv, int i) {
  if (i >= argc) fail(std::string(argv[0]) + ": too few arguments; bench/run.py starts it");
  return argv[i];
}

/// Resident memory of this process in bytes (Linux).
inline std::int64_t resident_bytes() {
  std::ifstream in("/proc/self/statm");
  std::int64_t size = 0, resident = 0;
  in >> size >> resident;
  return resident * 4096;
}

/// One signed delivery. File format of bench/payload.py: "<header bytes> <body bytes>\n" <header> <body>, again and again.
struct Delivery {
  std::string header, body;
};
inline std::vector<Delivery> read_deliveries(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) fail("cannot read " + path);
  std::vector<Delivery> all;
  std::size_t header_bytes = 0, body_bytes = 0;
  while (in >> header_bytes >> body_bytes) {
    in.get();
    Delivery &delivery = all.emplace_back();
    delivery.header.resize(header_bytes);
    delivery.body.resize(body_bytes);
    in.read(delivery.header.data(), static_cast<std::streamsize>(header_bytes));
    in.read(delivery.body.data(), static_cast<std::streamsize>(body_bytes));
  }
  return all;
}

inline int serve(const std::map<std::string, Row> &rows) {
  std::cout << "ready" << std::endl;
  std::string row;
  std::int64_t count = 0;
  while (std::cin >> row >> count) {
    const auto at = rows.find(row);
    if (at == rows.end()) fail("no such row: " + row);
    std::cout << at->second(count) << std::endl;
  }
  return 0;
}

}  // namespace bench
