#include "team.hpp"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stdexcept>

namespace purser::simulator {
namespace {

constexpr std::size_t what_max = 3000;
constexpr std::int64_t progress_every = 500;

/// What a worker tells of one seed, in one write.
struct Told {
  std::int64_t seed, steps, events, arrivals, rests, moments, compared, fetched;
  Table table;
  char what[what_max];
};

Told tell(std::int64_t seed, const Run &made) {
  Told told{seed, made.steps, made.events, made.arrivals, made.rests, made.moments, made.compared, made.fetched, made.table, {}};
  std::strncpy(told.what, made.failure.c_str(), what_max - 1);
  return told;
}

void put(int to, const void *data, std::size_t size) {
  for (const char *at = static_cast<const char *>(data); size > 0;) {
    const ssize_t written = ::write(to, at, size);
    if (written <= 0) ::_exit(1);
    at += written;
    size -= static_cast<std::size_t>(written);
  }
}

bool take(int from, void *data, std::size_t size) {
  for (char *at = static_cast<char *>(data); size > 0;) {
    const ssize_t got = ::read(from, at, size);
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

struct Worker {
  pid_t process = 0;
  int from = -1;
  std::int64_t next = 0;  ///< the seed it is at
};

Worker start(const Task &task, std::int64_t place) {
  int ends[2];
  if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("no process");
  if (child == 0) {
    ::close(ends[0]);
    for (std::int64_t i = place; i < task.seeds; i += task.jobs) {
      const Told told = tell(task.first + i, run(static_cast<std::uint64_t>(task.first + i), task.options));
      put(ends[1], &told, sizeof told);
    }
    ::_exit(0);
  }
  ::close(ends[1]);
  return {child, ends[0], task.first + place};
}

void add(Sum &sum, const Told &told) {
  ++sum.seeds;
  sum.steps += told.steps;
  sum.events += told.events;
  sum.arrivals += told.arrivals;
  sum.rests += told.rests;
  sum.moments += told.moments;
  sum.compared += told.compared;
  sum.fetched += told.fetched;
  for (std::size_t kind = 0; kind < sum.table.size(); ++kind)
    for (std::size_t fault = 0; fault < sum.table[kind].size(); ++fault) sum.table[kind][fault] += told.table[kind][fault];
  if (told.what[0]) sum.failures.push_back({told.seed, told.what});
}

/// The worker is gone: well, or with the seed that it was at.
void end(Sum &sum, Worker &worker) {
  ::close(worker.from);
  int status = 0;
  ::waitpid(worker.process, &status, 0);
  worker.from = -1;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  sum.complete = false;
  sum.failures.push_back(
      {worker.next, WIFSIGNALED(status) ? "the process died of signal " + std::to_string(WTERMSIG(status)) : "the process broke off"});
}

}  // namespace

Sum simulate_all(const Task &task) {
  Sum sum;
  std::vector<Worker> workers;
  for (std::int64_t place = 0; place < std::min(task.jobs, task.seeds); ++place) workers.push_back(start(task, place));
  while (std::ranges::any_of(workers, [](const Worker &worker) { return worker.from >= 0; })) {
    std::vector<pollfd> waited;
    for (const Worker &worker : workers) waited.push_back({worker.from, POLLIN, 0});  // a negative one is passed over
    ::poll(waited.data(), waited.size(), -1);
    for (std::size_t i = 0; i < workers.size(); ++i) {
      if (workers[i].from < 0) continue;
      if (!(waited[i].revents & (POLLIN | POLLHUP | POLLERR))) continue;
      Told told{};
      if (!take(workers[i].from, &told, sizeof told)) {
        end(sum, workers[i]);
        continue;
      }
      workers[i].next = told.seed + task.jobs;
      add(sum, told);
      if (sum.seeds % progress_every == 0)
        std::printf("  %lld seeds, %zu failed\n", static_cast<long long>(sum.seeds), sum.failures.size());
    }
  }
  return sum;
}

}  // namespace purser::simulator
