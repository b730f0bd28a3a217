#include "input.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "exit.hpp"

namespace purser::cli {
namespace {

[[noreturn]] void unreadable(const std::string &path, int code) {
  throw Usage(path + " cannot be read: " + std::strerror(code) + "; name a file that you may read");
}

}  // namespace

void Input::Closed::operator()(std::FILE *file) const {
  if (file != stdin) std::fclose(file);
}

Input::Input(std::string path) : path_(std::move(path)), file_(path_ == "-" ? stdin : std::fopen(path_.c_str(), "rb")) {
  if (!file_) unreadable(path_, errno);
  struct stat info {};
  if (fstat(fileno(file_.get()), &info) == 0 && S_ISDIR(info.st_mode)) unreadable(path_, EISDIR);
}

bool Input::read(std::string &to, std::size_t size) {
  const std::size_t before = to.size();
  to.resize(before + size);
  const std::size_t got = std::fread(to.data() + before, 1, size, file_.get());
  to.resize(before + got);
  if (got < size && std::ferror(file_.get())) unreadable(path_, errno);
  return got > 0;
}

std::string read_file(const std::string &path, std::size_t most) {
  Input input(path);
  std::string bytes;
  input.read(bytes, most);
  return bytes;
}

}  // namespace purser::cli
