#include "durability/purchase.hpp"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/recording_vfs.hpp"

namespace purser::test {
namespace {

constexpr int exit_done = 0, exit_fault = 1;

std::string text(const json::value &answer, std::string_view key) { return std::string(json::as_text(json::find(&answer, key))); }

/// Stripe as the child sees it.
class RemoteHttp final : public ports::Http {
 public:
  RemoteHttp(const RemoteLine &line, CrashPoints &points) : line_(line), points_(points) {}
  void send(ports::HttpRequest request, Done done) noexcept override {
    points_.reach();  // before it is sent
    ports::HttpAnswer answer = answer_of(line_.ask(json::object{{"http", to_message(request)}}));
    points_.reach();  // it has had its effect; the answer is not taken in
    done(std::move(answer));
  }

 private:
  const RemoteLine &line_;
  CrashPoints &points_;
};

class Host {
 public:
  Host(engine::Engine &engine, const RemoteLine &line, std::string tier) : engine_(engine), line_(line), tier_(std::move(tier)) {}

  void walk(Way way) {
    if (way == Way::settle_first) settle();
    if (way != Way::success_page || paid_session().empty()) click();
    if (way != Way::settle_first) confirm();
    take_webhooks();
    if (way == Way::settle_first) confirm();
    update_users();
    settle();
  }

 private:
  void settle() {
    if (engine_.outbox_settle(0, 0, 0).open != 0) throw std::runtime_error("the outbox is not settled");
  }
  std::string paid_session() { return text(line_.ask(json::object{{"browser", "paid"}}), "session"); }
  void click() {
    engine::CheckoutWish wish;
    wish.account = buyer;
    wish.email = "ann@example.com";
    wish.tier = tier_;
    wish.success_url = "https://app.example.com/welcome?s={CHECKOUT_SESSION_ID}";
    wish.cancel_url = "https://app.example.com/pricing";
    try {
      const engine::Checkout made = engine_.checkout_create(wish);
      line_.ask(json::object{{"browser", "led"}, {"session", made.session_id}});
    } catch (const Failure &failure) {
      if (failure.error().reason != "already_subscribed" || paid_session().empty()) throw;
      return;
    }
    line_.ask(json::object{{"browser", "pays"}});
  }
  void confirm() {
    if (!engine_.checkout_confirm(buyer, paid_session(), 0).granted) throw std::runtime_error("confirmed without a grant");
  }
  void take_webhooks() {
    const json::value events = line_.ask(json::object{{"browser", "events"}});
    for (const json::value &event : events.as_array()) {
      const engine::Receipt receipt = engine_.webhook_receive(text(event, "body"), text(event, "signature"), "", 0);
      if (receipt.http_status != 200)
        throw std::runtime_error("a webhook was answered " + std::to_string(receipt.http_status) + ": " + receipt.message);
    }
  }
  void update_users() {
    for (const engine::TierChange &change : engine_.change_next("users", 0).changes) {
      line_.ask(json::object{{"browser", "user"}, {"seq", change.seq}, {"tier", change.tier}});
      engine_.change_done("users", change.seq);
    }
  }

  engine::Engine &engine_;
  const RemoteLine &line_;
  std::string tier_;
};

[[noreturn]] void run_host(int socket, const std::string &path, const std::string &tier, Way way, std::int64_t crash_at) {
  const RemoteLine line(socket);
  CrashPoints points(crash_at);
  RecordingVfs vfs("purchase");
  vfs.before = [&] { points.reach(); };
  std::string fault;
  try {
    const auto database = database_with_points(adapters::sqlite_database({.path = path, .vfs = vfs.name()}), points);
    World world({.database = database,
                 .http = [&](const auto &) { return std::make_shared<RemoteHttp>(line, points); },
                 .clock = std::make_shared<ManualClock>(start_ms)});
    Host(*world.engine, line, tier).walk(way);
  } catch (const Failure &failure) {
    fault = failure.error().reason + ": " + failure.error().message;
  } catch (const std::exception &error) { fault = error.what(); }
  line.put(json::object{{"points", points.passed()}, {"fault", fault}});
  ::_exit(fault.empty() ? exit_done : exit_fault);
}

}  // namespace

json::value Outside::events() const {
  json::value events = json::array();
  json::array &list = events.as_array();
  for (const auto &[prefix, type] : std::map<std::string, std::string>{
           {"cs_", "checkout.session.completed"}, {"cus_", "customer.created"}, {"sub_", "customer.subscription.created"}})
    for (const std::string &id : stripe.ids(prefix)) {
      const std::string body = event("evt_" + id, type, start_s, json::canonical(const_cast<FakeStripe &>(stripe).object(id)));
      list.push_back(json::object{{"body", body}, {"signature", signature(body, start_s)}});
    }
  return events;
}

json::value Outside::answer(const json::object &question) {
  if (const json::value *request = question.if_contains("http")) {
    json::value answer;
    stripe.send(request_of(request->as_object()), [&](const ports::HttpAnswer &made) { answer = to_message(made); });
    return answer;
  }
  const std::string what(json::as_text(question.if_contains("browser")));
  if (what == "led") session = json::as_text(question.if_contains("session"));
  if (what == "pays" && !paid) {
    stripe.pay(session);
    paid = true;
  }
  if (what == "paid") return json::object{{"session", paid ? session : ""}};
  if (what == "events") return events();
  if (what == "user") users[question.at("seq").as_int64()] = json::as_text(question.if_contains("tier"));
  return json::object{};
}

void Outside::serve(const RemoteLine &line, Walk &walk) {
  while (const auto message = line.get()) {
    const json::object &question = message->as_object();
    if (question.contains("fault")) {
      walk.fault = json::as_text(question.if_contains("fault"));
      walk.points = json::as_integer(question.if_contains("points")).value_or(0);
      return;
    }
    if (!line.put(answer(question))) return;
  }
}

Walk host_walks(Outside &outside, const std::string &path, const std::string &tier, Way way, std::int64_t crash_at) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error("no socket pair");
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    run_host(ends[1], path, tier, way, crash_at);
  }
  ::close(ends[1]);
  Walk walk;
  outside.serve(RemoteLine(ends[0]), walk);
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  walk.crashed = WIFEXITED(status) && WEXITSTATUS(status) == CrashPoints::exit_code;
  if (!WIFEXITED(status)) walk.fault = "the host died of signal " + std::to_string(WTERMSIG(status));
  return walk;
}

std::string hash_without_a_crash(Outside &outside) {
  const std::shared_ptr<ports::Http> stripe(&outside.stripe, [](ports::Http *) {});
  World world({.http = [&](const auto &) { return stripe; }});
  world.apply();
  world.engine->checkout_confirm(buyer, outside.session, 0);
  const json::value events = outside.events();
  for (const json::value &event : events.as_array()) world.engine->webhook_receive(text(event, "body"), text(event, "signature"), "", 0);
  return world.engine->account_read(buyer, std::nullopt).state_hash;
}

void make_store(const std::string &path) { World({.path = path}).apply(); }

}  // namespace purser::test
