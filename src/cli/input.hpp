// Bytes of files and of standard input, bounded.
#ifndef PURSER_CLI_INPUT_HPP
#define PURSER_CLI_INPUT_HPP
#include <cstdio>
#include <memory>
#include <string>

namespace purser::cli {

/// An open file, or standard input for "-". Throws Usage where it cannot be read.
class Input {
 public:
  explicit Input(std::string path);
  /// Appends up to `size` bytes to `to`; false at the end.
  bool read(std::string &to, std::size_t size);

 private:
  struct Closed {
    void operator()(std::FILE *file) const;
  };
  std::string path_;
  std::unique_ptr<std::FILE, Closed> file_;
};

/// The whole file, at most `most` bytes of it.
std::string read_file(const std::string &path, std::size_t most);

}  // namespace purser::cli
#endif
