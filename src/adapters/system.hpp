// The machine: clock, randomness, environment, files.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "ports/clock.hpp"
#include "ports/random.hpp"

namespace purser::adapters {

/// CLOCK_REALTIME, and CLOCK_REALTIME_COARSE where the system has it (a fifth of the cost, at most 10 ms behind).
std::shared_ptr<ports::Clock> system_clock();
/// The kernel's generator: nothing to seed, and a forked child draws other bytes than its parent.
std::shared_ptr<ports::Random> system_random();
/// nullopt when not set; set but empty is empty.
std::optional<std::string> environment(std::string_view name);
/// The whole file. Throws Failure: file_missing, file_is_a_directory, file_permission, file_too_large, file_io.
std::string read_file(const std::string &path, std::size_t max_bytes);

}  // namespace purser::adapters
