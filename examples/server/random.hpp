// Words nobody can guess.
#pragma once
#include <string>

namespace host {

/// `length` hexadecimal digits from the system's random source.
std::string random_word(std::size_t length);

}  // namespace host
