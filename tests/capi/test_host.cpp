// What a library must leave alone in its host: signals, locale, environment, folder, standard output. And the log callback.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <map>
#include <set>

#include "support.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

extern char **environ;

using namespace capi_test;
using purser::test::TemporaryFolder;

namespace {

struct HostState {
  std::map<int, std::pair<void (*)(int), int>> handlers;
  std::string locale, folder;
  std::vector<std::string> variables;
  sigset_t mask;

  HostState() {
    for (int signal = 1; signal < NSIG; signal++) {
      struct sigaction action = {};
      if (sigaction(signal, nullptr, &action) == 0) handlers[signal] = {action.sa_handler, action.sa_flags};
    }
    locale = std::setlocale(LC_ALL, nullptr);
    char path[4096] = "";
    if (getcwd(path, sizeof path)) folder = path;
    for (char **variable = environ; *variable; variable++) variables.emplace_back(*variable);
    pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  }
  bool operator==(const HostState &other) const {
    bool same_mask = true;
    for (int signal = 1; signal < NSIG; signal++) same_mask = same_mask && sigismember(&mask, signal) == sigismember(&other.mask, signal);
    return handlers == other.handlers && locale == other.locale && folder == other.folder && variables == other.variables && same_mask;
  }
};

/// Everything the surface does, good and bad.
int use_everything() {
  purser_config config = input<purser_config>();
  const char *secrets[] = {secret};
  config.store = "sqlite::memory:";
  config.mode = "offline";
  config.webhook_secrets = secrets;
  config.webhook_secrets_count = 1;
  config.threads = 2;
  purser_handle *p = nullptr;
  if (purser_open(&config, &p, nullptr) != PURSER_OK) return 1;
  auto catalog = input<purser_catalog_apply_in>();
  catalog.text = catalog_text;
  catalog.text_size = std::strlen(catalog_text);
  if (purser_catalog_apply(p, &catalog, nullptr, nullptr) != PURSER_OK) return 2;
  catalog.text_size = 40;
  if (purser_catalog_apply(p, &catalog, nullptr, nullptr) != PURSER_INVALID) return 3;
  Delivery delivery(subscription_event("host", "acct_host"));
  if (purser_webhook_receive(p, &delivery.in, nullptr, nullptr) != PURSER_OK) return 4;
  delivery.in.signature = "t=1,v1=00";
  purser_webhook_receive(p, &delivery.in, nullptr, nullptr);
  if (purser_check(p, "acct_host", "crm") != 1) return 5;
  Told told;
  const purser_account_read_in read = read_of("acct_host");
  const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, told);
  if (purser_submit(p, &call, nullptr, nullptr) != PURSER_OK) return 6;
  auto query = input<purser_query_in>();
  query.sql = "delete from nothing";
  if (purser_query(p, &query, nullptr, nullptr) == PURSER_OK) return 7;
  return purser_close(p) == PURSER_OK && told.times == 1 ? 0 : 8;
}

thread_local bool inside_log = false;

struct Lines {
  std::mutex mutex;
  std::vector<std::pair<std::int32_t, std::string>> lines;
  static void log(void *context, std::int32_t level, const char *message) {
    Lines &own = *static_cast<Lines *>(context);
    const std::lock_guard lock(own.mutex);
    own.lines.emplace_back(level, message);
  }
  bool holds(const std::string &text) {
    const std::lock_guard lock(mutex);
    for (const auto &[level, line] : lines)
      if (line.find(text) != line.npos) return true;
    return false;
  }
};

}  // namespace

TEST_CASE("host: no signal handlers, no signal mask, no setlocale, setenv, chdir") {
  const HostState before;
  REQUIRE(use_everything() == 0);
  CHECK((HostState() == before));
}

TEST_CASE("host: nothing on stdout or stderr, and no exit") {
  const TemporaryFolder folder;
  const std::string file = folder.file("output");
  const int result = purser::test::in_child([&]() -> int {
    const int output = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    dup2(output, 1);
    dup2(output, 2);
    std::atexit([] { _exit(77); });
    return use_everything();
  });
  CHECK(result == 0);
  CHECK(std::filesystem::file_size(file) == 0);
}

TEST_CASE("host: the library does not even link what it must not call") {
  Dl_info info = {};
  REQUIRE(dladdr(reinterpret_cast<const void *>(&purser_version), &info) != 0);
  const std::string command = std::string("nm -D --undefined-only '") + info.dli_fname + "'";
  FILE *pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  std::set<std::string> used;
  char line[4096];
  while (std::fgets(line, sizeof line, pipe)) {
    std::string name(line);
    name = name.substr(name.find_last_of(' ') + 1);
    used.insert(name.substr(0, name.find_first_of("@\n")));
  }
  REQUIRE(pclose(pipe) == 0);
  REQUIRE(used.count("mmap") == 1);  // the list is what it should be
  for (const char *never : {"signal",         "sigaction",         "setlocale", "setenv", "putenv",
                            "unsetenv",       "clearenv",          "chdir",     "fchdir", "exit",
                            "_exit",          "quick_exit",        "puts",      "printf", "putchar",
                            "pthread_atfork", "__register_atfork", "system",    "fork",   "__cxa_thread_atexit_impl"}) {
    INFO(never);
    CHECK(used.count(never) == 0);
  }
}

TEST_CASE("log: from purser_open on, at the level asked for, without a secret or a payload") {
  Lines all, grave;
  const std::string marker = "payload_marker_4711", other_secret = "whsec_otherSecret99otherSecret";
  const auto run = [&](Lines &lines, std::int32_t level) {
    Opened store(1, [&](purser_config &c) {
      c.log = &Lines::log;
      c.log_context = &lines;
      c.log_level = level;
    });
    store.apply_catalog();
    const auto send = [&](const std::string &body, const std::string &header) {
      auto in = input<purser_webhook_receive_in>();
      in.body = body.data();
      in.body_size = body.size();
      in.signature = header.c_str();
      purser_webhook_receive(store.p, &in, nullptr, nullptr);
    };
    const std::string good = subscription_event("log", "acct_" + marker), bad = "{\"" + marker + "\":";
    send(good, signature(good));
    send(good, signature(good, 1000));
    send(good, signature(good, std::time(nullptr), other_secret));
    send(bad, signature(bad));
    send(marker, "t=" + marker + ",v1=" + marker);
    auto secrets = input<purser_secrets_set_in>();
    const char *list[] = {other_secret.c_str(), "whsec_ placeholder"};
    secrets.secrets = list;
    secrets.secrets_count = 2;
    purser_error *error = nullptr;
    CHECK(purser_secrets_set(store.p, &secrets, nullptr, &error) == PURSER_REFUSED);
    REQUIRE(error);
    CHECK(std::string(error->message).find(other_secret) == std::string::npos);
    purser_free(error);
    secrets.secrets_count = 1;
    CHECK(purser_secrets_set(store.p, &secrets, nullptr, nullptr) == PURSER_OK);
  };
  run(all, PURSER_LOG_DEBUG);
  run(grave, PURSER_LOG_ERROR);
  CHECK(all.lines.size() > 3);
  CHECK(all.holds("opened :memory:"));
  for (Lines *lines : {&all, &grave}) {
    CHECK_FALSE(lines->holds(marker));
    CHECK_FALSE(lines->holds("whsec_"));
    CHECK_FALSE(lines->holds(std::string(secret).substr(6)));
  }
  for (const auto &[level, line] : grave.lines) CHECK(level == PURSER_LOG_ERROR);
}

TEST_CASE("log: never under a lock: the callback calls every verb, and so does another thread meanwhile") {
  struct Nested {
    std::atomic<purser_handle *> p{nullptr};
    std::atomic<int> calls{0};
    std::atomic<int> failed{0};
    void verbs() {
      const purser_account_read_in read = read_of("acct_nested");
      if (purser_account_read(p, &read, nullptr, nullptr) != PURSER_OK) failed++;
      const Delivery delivery(plain_event("nested" + std::to_string(calls)));
      const purser_webhook_receive_out *out = nullptr;
      if (purser_webhook_receive(p, &delivery.in, &out, nullptr) != PURSER_OK || out->http_status != 200) failed++;
      purser_free(out);
      auto catalog = input<purser_catalog_apply_in>();
      catalog.text = catalog_text;
      catalog.text_size = std::strlen(catalog_text);
      if (purser_catalog_apply(p, &catalog, nullptr, nullptr) != PURSER_OK) failed++;
      purser_check(p, "acct_nested", "no_such_feature");
      calls++;
    }
    static void log(void *context, std::int32_t, const char *) {
      Nested &own = *static_cast<Nested *>(context);
      if (inside_log || !own.p) return;
      inside_log = true;
      own.verbs();
      std::thread([&own] {
        inside_log = true;
        own.verbs();
      }).join();
      inside_log = false;
    }
  } nested;
  Opened store(2, [&](purser_config &c) {
    c.log = &Nested::log;
    c.log_context = &nested;
  });
  nested.p = store.p;
  store.apply_catalog();
  auto in = input<purser_webhook_receive_in>();
  in.body = "{}";
  in.body_size = 2;
  in.signature = "t=1,v1=00";
  purser_webhook_receive(store.p, &in, nullptr, nullptr);
  purser_check(store.p, "acct", "another_unknown_feature");
  CHECK(nested.calls >= 2);
  CHECK(nested.failed == 0);
  CHECK(store.close() == PURSER_OK);
}

TEST_CASE("clock: the host's clock decides") {
  static std::atomic<std::int64_t> now;
  const std::int64_t start = std::time(nullptr);
  now = start * 1000;
  purser_clock clock = input<purser_clock>();
  clock.now_ms = [](void *) { return now.load(); };
  Opened store(1, [&](purser_config &c) { c.clock = &clock; });
  clock.now_ms = nullptr;  // copied
  store.apply_catalog();
  const Delivery delivery(subscription_event("clock", "acct_clock", start));
  const purser_webhook_receive_out *out = nullptr;
  REQUIRE(purser_webhook_receive(store.p, &delivery.in, &out, nullptr) == PURSER_OK);
  CHECK(out->http_status == 200);
  purser_free(out);
  CHECK(purser_check(store.p, "acct_clock", "crm") == 1);
  now = (start + 60 * 86400) * 1000;  // the period ended a month ago, no renewal came
  CHECK(purser_check(store.p, "acct_clock", "crm") == 0);
  CHECK(std::string(purser_tier(store.p, "acct_clock", "app")) == "free");
}
