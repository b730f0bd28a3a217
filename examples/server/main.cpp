// Purser's reference host. With --sandbox it runs against the sandbox, without it against Stripe: one line apart (host.cpp, `configure`).
#include <csignal>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>
#include <vector>

#include "host.hpp"
#include "story.hpp"

namespace {

constexpr int exit_error = 1, exit_usage = 2;

/// Waits for Ctrl-C or a polite kill. Threads made afterwards inherit the mask, so that the signal comes here.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGINT);
    sigaddset(&set_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
  }
  void wait() const {
    int signal = 0;
    sigwait(&set_, &signal);
  }

 private:
  sigset_t set_{};
};

/// A sandbox starts empty, so its store must: what an older one of the same ids meant is gone.
void require_new(const host::Options &options) {
  for (const std::string &path : {host::store_path(options.store), host::users_path(options)})
    if (path != ":memory:" && !path.empty() && std::filesystem::exists(path))
      throw host::UsageError(path + " exists already; a sandbox starts with an empty store: remove it or name another");
}

int serve(const host::Options &options) {
  const Signals signals;
  host::Host host(options);
  host.start();
  std::printf("%s is at %s\n", options.service.c_str(), host.origin().c_str());
  if (host.box())
    std::printf("the sandbox is at %s; sign in with any address, pay with no card, end with Ctrl-C\n", host.sandbox_url().c_str());
  std::fflush(stdout);
  signals.wait();
  host.stop();
  return 0;
}

}  // namespace

int main(int count, char **words) try {
  const host::Options options = host::read_options(std::vector<std::string>(words + 1, words + count));
  if (options.help) {
    std::fputs(host::usage().c_str(), stdout);
    return 0;
  }
  if (options.sandbox) require_new(options);
  return options.script ? host::tell_story(options) : serve(options);
} catch (const host::UsageError &error) {
  std::fprintf(stderr, "purser_host: %s\n\n%s", error.what(), host::usage().c_str());
  return exit_usage;
} catch (const std::exception &error) {
  std::fprintf(stderr, "purser_host: %s\n", error.what());
  return exit_error;
}
