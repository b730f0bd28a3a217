#include "adapters/system.hpp"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "base/error.hpp"

namespace purser::adapters {
namespace {

#ifdef CLOCK_REALTIME_COARSE
constexpr clockid_t coarse_clock = CLOCK_REALTIME_COARSE;
#else
constexpr clockid_t coarse_clock = CLOCK_REALTIME;
#endif

TimeMs read_clock(clockid_t id) {
  timespec now{};
  ::clock_gettime(id, &now);
  return static_cast<TimeMs>(now.tv_sec) * second_ms + now.tv_nsec / 1'000'000;
}

class SystemClock final : public ports::Clock {
 public:
  TimeMs exact_ms() const override { return read_clock(CLOCK_REALTIME); }
  TimeMs coarse_ms() const override { return read_clock(coarse_clock); }
};

class SystemRandom final : public ports::Random {
 public:
  std::string bytes(std::size_t count) override {
    std::string drawn(count, '\0');
    for (std::size_t have = 0; have < count;) {
      const ssize_t got = ::getrandom(drawn.data() + have, count - have, 0);
      if (got > 0)
        have += static_cast<std::size_t>(got);
      else if (errno != EINTR)
        throw Failure(Status::unavailable, "no_randomness", std::string("getrandom: ") + std::strerror(errno));
    }
    return drawn;
  }
};

Failure file_failure(const std::string &path, int system) {
  switch (system) {
    case ENOENT:
    case ENOTDIR: return {Status::not_found, "file_missing", "file " + path + " does not exist; check the name", "path"};
    case EACCES:
    case EPERM: return {Status::unavailable, "file_permission", "file " + path + " cannot be read; give this user access to it", "path"};
    case EISDIR: return {Status::invalid, "file_is_a_directory", "file " + path + " is a folder; name a file in it", "path"};
    default: return {Status::unavailable, "file_io", "file " + path + ": " + std::strerror(system), "path"};
  }
}

class Descriptor {
 public:
  explicit Descriptor(const std::string &path) : number_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (number_ < 0) throw file_failure(path, errno);
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor &) = delete;
  Descriptor &operator=(const Descriptor &) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

}  // namespace

std::shared_ptr<ports::Clock> system_clock() { return std::make_shared<SystemClock>(); }
std::shared_ptr<ports::Random> system_random() { return std::make_shared<SystemRandom>(); }

std::optional<std::string> environment(std::string_view name) {
  const char *value = std::getenv(std::string(name).c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

std::string read_file(const std::string &path, std::size_t max_bytes) {
  const Descriptor file(path);
  std::string content;
  char piece[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(file.number(), piece, sizeof piece);
    if (got == 0) return content;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw file_failure(path, errno);
    content.append(piece, static_cast<std::size_t>(got));
    if (content.size() > max_bytes) {
      throw Failure(Status::limit, "file_too_large", "file " + path + " is larger than " + std::to_string(max_bytes) + " bytes", "path");
    }
  }
}

}  // namespace purser::adapters
