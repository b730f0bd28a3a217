// Purser's reference host. With --sandbox it runs against the sandbox, without it against Stripe: one line apart (host.cpp, `configure`).
#include <csignal>
#include <cstdio>
#include <exception>
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

int serve(const host::Options &options) {
  const Signals signals;
  host::Host host(options);
  host.start();
  std::printf("%s on %s\n", options.service.c_str(), host.origin().c_str());
  if (host.box()) std::printf("sandbox on %s\n", host.sandbox_url().c_str());
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
  return options.script ? host::tell_story(options) : serve(options);
} catch (const host::UsageError &error) {
  std::fprintf(stderr, "purser_host: %s\n\n%s", error.what(), host::usage().c_str());
  return exit_usage;
} catch (const std::exception &error) {
  std::fprintf(stderr, "purser_host: %s\n", error.what());
  return exit_error;
}
