#include "money/crash_host.hpp"

#include <arpa/inet.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <mutex>

#include "support/recording_vfs.hpp"

namespace purser::test {
namespace {

/// A host's own HTTP client: one blocking exchange per connection, with a point before it and one behind it.
class Client {
 public:
  explicit Client(CrashPoints &points) : points_(points) {}
  static void send(void *context, const purser_http_request *request, purser_http_token *token) {
    static_cast<Client *>(context)->exchange(*request, token);
  }

 private:
  void exchange(const purser_http_request &request, purser_http_token *token) {
    points_.reach();  // before it is sent
    const std::string answer = raw(request);
    points_.reach();  // it has had its effect; the answer is not taken in
    const std::size_t end = answer.find("\r\n\r\n");
    if (end == std::string::npos) {
      purser_http_fail(token, PURSER_HTTP_LOST, "the answer has no end of its headers", nullptr);
      return;
    }
    std::vector<std::string> names, values;
    for (std::size_t at = answer.find("\r\n") + 2; at < end;) {
      const std::size_t next = std::min(answer.find("\r\n", at), end), colon = answer.find(": ", at);
      names.push_back(answer.substr(at, colon - at));
      values.push_back(answer.substr(colon + 2, next - colon - 2));
      at = next + 2;
    }
    const std::vector<const char *> name_list = pointers(names), value_list = pointers(values);
    purser_http_response response{};
    response.struct_size = sizeof response;
    response.status = std::stoi(answer.substr(answer.find(' ') + 1));
    response.header_names = name_list.data();
    response.header_values = value_list.data();
    response.header_names_count = response.header_values_count = names.size();
    response.body = answer.data() + end + 4;
    response.body_size = answer.size() - end - 4;
    purser_http_respond(token, &response, nullptr);
  }

  static std::string raw(const purser_http_request &request) {
    const std::string url = request.url, rest = url.substr(7);  // http://
    const std::string authority = rest.substr(0, rest.find('/')), target = rest.substr(rest.find('/'));
    std::string text = std::string(request.method) + " " + target + " HTTP/1.1\r\nHost: " + authority + "\r\nConnection: close\r\n";
    for (std::size_t i = 0; i < purser_text_list_count(request.header_names); ++i)
      text += std::string(purser_text_list_at(request.header_names, i)) + ": " + purser_text_list_at(request.header_values, i) + "\r\n";
    text += "Content-Length: " + std::to_string(request.body_size) + "\r\n\r\n" +
            std::string(request.body ? request.body : "", request.body_size);
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(authority.substr(authority.find(':') + 1))));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string answer;
    if (::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0 &&
        ::send(socket, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size())) {
      char buffer[16384];
      for (ssize_t got = 0; (got = ::recv(socket, buffer, sizeof buffer, 0)) > 0;) answer.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(socket);
    return answer;
  }

  CrashPoints &points_;
};

/// What a host does in one visit of a buyer.
void visit(const Purser &purser, const Frames &line) {
  const Checkout made = purser.checkout_create(the_click());
  line.ask("led " + made.session_id);
  line.ask("pays");
  if (!purser.checkout_confirm({.account = ann, .session = made.session_id}).granted) throw std::runtime_error("confirmed without a grant");
  for (int left = std::stoi(line.ask("events")); left > 0; --left) {
    const std::string signature = line.ask("signature"), body = line.ask("body");
    const Receipt receipt = purser.webhook_receive({.body = body, .signature = signature});
    if (receipt.http_status != 200) throw std::runtime_error("a webhook was refused: " + receipt.message);
  }
  for (const Change &change : purser.change_next({.consumer = "users"}).changes) {
    line.ask("user " + std::to_string(change.seq) + " " + change.tier);
    purser.change_done({.consumer = "users", .seq = change.seq});
  }
}

[[noreturn]] void run_host(int socket, const Outside &outside, const Premises &premises, std::int64_t crash_at) {
  const Frames line(socket);
  CrashPoints points(crash_at);
  RecordingVfs vfs("crash", true);
  vfs.before = [&] { points.reach(); };
  Client client(points);
  purser_http http{};
  http.struct_size = sizeof http;
  http.send = Client::send;
  http.context = &client;
  std::string fault;
  try {
    Config config = host_config(outside, premises);
    config.threads = 0;  // so that points come in one order
    config.configure = [&, before = std::move(config.configure)](purser_config &c) {
      before(c);
      c.http = &http;
      c.api_base = outside.url.c_str();
    };
    const Purser purser(std::move(config));
    visit(purser, line);
  } catch (const std::exception &error) { fault = error.what(); }
  line.put("end " + std::to_string(points.passed()) + " " + fault);
  ::_exit(0);
}

}  // namespace

CheckoutCreateIn the_click() {
  return {.account = ann,
          .email = "ann@example.com",
          .tier = "app/pro",
          .success_url = "https://app.example.com/welcome?session={CHECKOUT_SESSION_ID}",
          .cancel_url = "https://app.example.com/pricing"};
}

Outside::Outside()
    : now_ms_(static_cast<std::atomic<std::int64_t> *>(
          ::mmap(nullptr, sizeof(std::atomic<std::int64_t>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))),
      listener_([this](const HttpSeen &seen) {
        seen_.emplace_back(seen.header("Stripe-Signature"), seen.body);  // one after the other: the sandbox waits for each answer
        return reply("{}", 500);
      }) {
  *now_ms_ = box.now_ms();
  Config config;
  box.configure(config);
  purser_config turned = {PURSER_CONFIG};
  config.configure(turned);
  access = {turned.secret_key, turned.webhook_secrets[0], turned.http};
}

Outside::~Outside() { ::munmap(now_ms_, sizeof *now_ms_); }

void Outside::advance(std::int64_t duration_ms) {
  box.advance(duration_ms);
  *now_ms_ = box.now_ms();
}

std::vector<std::pair<std::string, std::string>> Outside::events() {
  seen_.clear();
  box.deliver({.url = listener_.url("/webhooks")});
  return seen_;
}

std::string Outside::answer(const std::string &question) {
  const std::string what = question.substr(0, question.find(' ')), rest = question.substr(std::min(question.size(), what.size() + 1));
  if (what == "led") session = rest;
  if (what == "pays" && !paid) {
    advance(minute_ms);
    box.pay(session);
    paid = true;
  }
  if (what == "events") return std::to_string(events().size());
  if (what == "signature") return seen_.at(0).first;
  if (what == "body") {
    const std::string body = seen_.at(0).second;
    seen_.erase(seen_.begin());
    return body;
  }
  if (what == "user") users[std::stoll(rest)] = rest.substr(rest.find(' ') + 1);
  return "well";
}

void Outside::serve(const Frames &line) {
  points = 0;
  fault.clear();
  while (const auto question = line.get()) {
    if (question->starts_with("end ")) {
      points = std::stoll(question->substr(4));
      fault = question->substr(question->find(' ', 4) + 1);
      return;
    }
    if (!line.put(answer(*question))) return;
  }
}

Config host_config(const Outside &outside, const Premises &premises) {
  Config config{.store = premises.store, .catalog = premises.catalog, .mode = "sandbox"};
  config.secret_key = outside.access.secret_key;
  config.webhook_secrets = {{outside.access.webhook_secret}};
  config.allowed_origins = {{"https://app.example.com"}};
  config.now_ms = [&outside] { return outside.now_ms(); };
  config.configure = [http = outside.access.http](purser_config &c) { c.http = http; };
  return config;
}

bool host_runs(Outside &outside, const Premises &premises, std::int64_t crash_at) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no socket pair");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    run_host(ends[1], outside, premises, crash_at);
  }
  ::close(ends[1]);
  outside.serve(Frames(ends[0]));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) outside.fault = "the host died of signal " + std::to_string(WTERMSIG(status));
  return WIFEXITED(status) && WEXITSTATUS(status) == CrashPoints::exit_code;
}

}  // namespace purser::test
