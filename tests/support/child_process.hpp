#pragma once
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

namespace purser::test {

/// Runs `work` in a forked child and returns its result (0 to 255), or -1 when it died otherwise. The child leaves by _exit:
/// nothing of the parent's is destroyed twice.
inline int in_child(const std::function<int()> &work) {
  const pid_t child = ::fork();
  if (child == 0) {
    int result = 255;
    try {
      result = work();
    } catch (...) {}
    ::_exit(result);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace purser::test
