#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>

#include "adapters/system.hpp"
#include "catch.hpp"
#include "support/child_process.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

using namespace purser;
using namespace purser::test;

TEST_CASE("the clock tells unix milliseconds, the coarse one at most 10 ms behind") {
  const auto clock = adapters::system_clock();
  const auto reference = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  CHECK(std::abs(clock->exact_ms() - reference) < 1000);
  for (int i = 0; i < 1000; ++i) {
    const TimeMs before = clock->exact_ms();
    const TimeMs coarse = clock->coarse_ms();
    const TimeMs after = clock->exact_ms();
    CHECK(coarse <= after);
    CHECK(coarse >= before - 10);
  }
}

TEST_CASE("random bytes: as many as asked, never twice the same, not even in a child") {
  const auto random = adapters::system_random();
  CHECK(random->bytes(0).empty());
  CHECK(random->bytes(100'000).size() == 100'000);
  const std::string first = random->bytes(32);
  CHECK(random->bytes(32) != first);
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  in_child([&] {
    const std::string drawn = random->bytes(32);
    return ::write(pipe_ends[1], drawn.data(), 32) == 32 ? 0 : 1;
  });
  std::string childs(32, '\0');
  REQUIRE(::read(pipe_ends[0], childs.data(), 32) == 32);
  CHECK(random->bytes(32) != childs);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
}

TEST_CASE("an environment variable: set, empty, not set") {
  ::setenv("PURSER_TEST_VALUE", "v", 1);
  CHECK(adapters::environment("PURSER_TEST_VALUE") == "v");
  ::setenv("PURSER_TEST_VALUE", "", 1);
  CHECK(adapters::environment("PURSER_TEST_VALUE") == "");
  ::unsetenv("PURSER_TEST_VALUE");
  CHECK(adapters::environment("PURSER_TEST_VALUE") == std::nullopt);
}

TEST_CASE("a file is read whole or not at all") {
  const TemporaryFolder folder;
  const std::string path = folder.file("f");
  const std::string content = std::string("\0a", 2) + std::string(200'000, 'b');
  std::ofstream(path, std::ios::binary) << content;
  CHECK(adapters::read_file(path, content.size()) == content);
  const auto error = error_of([&] { adapters::read_file(path, content.size() - 1); });
  CHECK(error.reason == "file_too_large");
  CHECK(error.message.find(path) != std::string::npos);
  CHECK(reason_of([&] { adapters::read_file(folder.file("none"), 10); }) == "file_missing");
  CHECK(reason_of([&] { adapters::read_file(folder.path(), 10); }) == "file_is_a_directory");
  CHECK(reason_of([&] { adapters::read_file("/dev/zero", 1000); }) == "file_too_large");
  ::chmod(path.c_str(), 0);
  CHECK(in_child([&] {
          if (::getuid() == 0 && ::setuid(65534) != 0) return 2;
          ::chmod(folder.path().c_str(), 0755);
          return reason_of([&] { adapters::read_file(path, 10); }) == "file_permission" ? 0 : 1;
        }) == 0);
}
