#include "processes/host.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mutex>
#include <purser.hpp>

namespace purser::test {
namespace {

/// A host's own HTTP client: the test asks the sandbox.
class Client {
 public:
  explicit Client(int socket) : test_(socket) {}
  static void send(void *context, const purser_http_request *request, purser_http_token *token) {
    static_cast<Client *>(context)->exchange(*request, token);
  }

 private:
  void exchange(const purser_http_request &request, purser_http_token *token) {
    const std::string url = request.url;
    const std::string answer = [&] {
      const std::lock_guard lock(mutex_);
      return test_.ask(std::string(request.method) + " " + url.substr(url.find("/v1/")));
    }();
    purser_http_response response{};
    response.struct_size = sizeof response;
    response.status = std::stoi(answer);
    const std::size_t body = answer.find(' ') + 1;
    response.body = answer.data() + body;
    response.body_size = answer.size() - body;
    purser_http_respond(token, &response, nullptr);
  }

  std::mutex mutex_;
  Frames test_;
};

std::string obey(const Purser &purser, const std::string &order) {
  const std::size_t word = order.find(' ');
  const std::string what = order.substr(0, word), rest = word == std::string::npos ? std::string() : order.substr(word + 1);
  if (what == "event") {
    const std::size_t line = rest.find('\n');
    return std::to_string(
        purser.webhook_receive({.body = std::string_view(rest).substr(line + 1), .signature = rest.substr(0, line)}).http_status);
  }
  if (what == "link") {
    const std::size_t blank = rest.find(' ');
    purser.account_link({.account = rest.substr(0, blank), .customer = rest.substr(blank + 1)});
    return "200";
  }
  if (what == "gaps") {
    const GapsFetched gaps = purser.gap_fetch({.limit = 1000});
    return std::to_string(gaps.waiting) + " " + std::to_string(gaps.next_due_ms);
  }
  if (what == "sweep") return std::to_string(purser.event_sweep().missed);
  return "unknown order " + what;
}

[[noreturn]] void be_host(const Premises &premises, int line_end, int stripe_end) {
  const Frames line(line_end);
  Client client(stripe_end);
  purser_http http{};
  http.struct_size = sizeof http;
  http.send = Client::send;
  http.context = &client;
  try {
    Config config{.threads = 0, .log_level = PURSER_LOG_ERROR, .store = premises.store, .mode = "sandbox"};
    config.secret_key = premises.secret_key;
    config.webhook_secrets = {{premises.webhook_secret}};
    config.now_ms = [&] { return premises.now_ms->load(); };
    config.configure = [&](purser_config &c) { c.http = &http; };
    const Purser purser(std::move(config));
    while (const auto order = line.get()) {
      std::string answer;
      // A store that is locked for too long is an answer like 503: the order comes again.
      try {
        answer = obey(purser, *order);
      } catch (const Error &error) { answer = "503 " + error.message(); }
      if (!line.put(answer)) break;
    }
  } catch (const std::exception &error) { line.put(std::string("dead ") + error.what()); }
  ::_exit(0);
}

}  // namespace

HostProcess::HostProcess(const Premises &premises) {
  int line[2], stripe[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line) != 0 || ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, stripe) != 0)
    throw std::runtime_error("no socket pair");
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("no process");
  if (process_ == 0) {
    ::close(line[0]);
    ::close(stripe[0]);
    be_host(premises, line[1], stripe[1]);
  }
  ::close(line[1]);
  ::close(stripe[1]);
  line_ = line[0];
  stripe_ = stripe[0];
}

void HostProcess::kill() {
  if (process_ == 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  ::close(line_);
  ::close(stripe_);
  process_ = 0;
}

}  // namespace purser::test
