// One test per sentence of DESIGN.md 3.4 about submitted calls; the names are the sentences.
#include <deque>
#include <future>

#include "support.hpp"

using namespace capi_test;

TEST_CASE("completions: inputs are deep-copied") {
  Opened store(1);
  store.apply_catalog();
  auto blocker = std::make_unique<Blocker>(store.p);
  Told received, set;
  {
    // Everything that the inputs point to is overwritten and freed before the call runs.
    std::string body = subscription_event("copied", "acct_copied"), header = signature(body), endpoint = "second",
                other = "whsec_other1234567890other";
    auto secrets = input<purser_secrets_set_in>();
    const char *list[2] = {secret, other.c_str()};
    secrets.endpoint = endpoint.c_str();
    secrets.secrets = list;
    secrets.secrets_count = 2;
    purser_call call = call_of(PURSER_VERB_SECRETS_SET, &secrets, set);
    REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
    auto in = input<purser_webhook_receive_in>();
    in.body = body.data();
    in.body_size = body.size();
    in.signature = header.c_str();
    in.endpoint = endpoint.c_str();
    call = call_of(PURSER_VERB_WEBHOOK_RECEIVE, &in, received);
    REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
    for (std::string *text : {&body, &header, &endpoint, &other}) text->assign(text->size(), 'x');
    list[0] = list[1] = nullptr;
    std::memset(&in, 0xff, sizeof in);
    std::memset(&secrets, 0xff, sizeof secrets);
    std::memset(&call, 0xff, sizeof call);
  }
  blocker.reset();
  REQUIRE(soon([&] { return received.times == 1 && set.times == 1; }));
  CHECK(set.status == PURSER_OK);
  CHECK(received.status == PURSER_OK);
  CHECK(purser_check(store.p, "acct_copied", "crm") == 1);
}

TEST_CASE("completions: one purser_submit serves all verbs, and the typed functions call it") {
  Opened store(2, [](purser_config &c) { c.mode = "offline"; });
  store.apply_catalog();
  const Delivery delivery(subscription_event("all", "acct_all"));
  auto verify = input<purser_webhook_verify_in>();
  verify.body = delivery.body.data();
  verify.body_size = delivery.body.size();
  verify.signature = delivery.header.c_str();
  verify.secrets = store.secrets;
  verify.secrets_count = 1;
  auto replay = input<purser_event_replay_in>();
  const std::string document = subscription_event("all2", "acct_all");
  replay.documents = document.data();
  replay.documents_size = document.size();
  auto catalog = input<purser_catalog_apply_in>();
  catalog.text = catalog_text;
  catalog.text_size = std::strlen(catalog_text);
  auto secrets = input<purser_secrets_set_in>();
  secrets.secrets = store.secrets;
  secrets.secrets_count = 1;
  const purser_account_read_in read = read_of("acct_all");
  auto link = input<purser_account_link_in>();
  link.account = "acct_all";
  link.customer = "cus_acct_all";
  auto query = input<purser_query_in>();
  query.sql = "select 1";

  Told told[14];
  const void *inputs[] = {&delivery.in, &verify, &replay, &catalog, &secrets, &read, &link, &query};
  for (std::int32_t verb = 1; verb <= 8; verb++) {
    const purser_call call = call_of(verb, inputs[verb - 1], told[verb]);
    REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
  }
  std::uint64_t ids[5] = {};
  CHECK(purser_webhook_receive_submit(store.p, &delivery.in, &Told::done, &told[9], &ids[0], nullptr) == PURSER_OK);
  CHECK(purser_catalog_apply_submit(store.p, &catalog, &Told::done, &told[10], &ids[1], nullptr) == PURSER_OK);
  CHECK(purser_account_read_submit(store.p, &read, &Told::done, &told[11], &ids[2], nullptr) == PURSER_OK);
  CHECK(purser_account_link_submit(store.p, &link, &Told::done, &told[12], &ids[3], nullptr) == PURSER_OK);
  CHECK(purser_query_submit(store.p, &query, &Told::done, &told[13], &ids[4], nullptr) == PURSER_OK);
  for (int i = 1; i < 14; i++) {
    REQUIRE(soon([&] { return told[i].times == 1; }));
    INFO("call " << i << ": " << told[i].text);
    CHECK(told[i].status == PURSER_OK);
  }
  CHECK((ids[0] != 0 && ids[0] < ids[1] && ids[1] < ids[2] && ids[2] < ids[3] && ids[3] < ids[4]));
}

TEST_CASE("completions: done is called exactly once, on an engine thread", "[threads]") {
  Opened store(3);
  constexpr int callers = 4, each = 250;
  std::deque<Told> told(callers * each);
  std::vector<std::thread> threads;
  std::vector<std::thread::id> host_threads = {std::this_thread::get_id()};
  std::mutex mutex;
  std::atomic<int> accepted{0}, cancelled{0};
  for (int t = 0; t < callers; t++)
    threads.emplace_back([&, t] {
      {
        const std::lock_guard lock(mutex);
        host_threads.push_back(std::this_thread::get_id());
      }
      for (int i = 0; i < each; i++) {
        Told &mine = told[static_cast<std::size_t>(t * each + i)];
        std::uint64_t id = 0;
        if (i % 2 == 0) {
          const Delivery delivery(plain_event(std::to_string(t) + "_" + std::to_string(i)));
          const purser_call call = call_of(PURSER_VERB_WEBHOOK_RECEIVE, &delivery.in, mine);
          accepted += purser_submit(store.p, &call, &id, nullptr) == PURSER_OK;
        } else {
          const purser_account_read_in in = read_of("acct_once");
          const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &in, mine);
          accepted += purser_submit(store.p, &call, &id, nullptr) == PURSER_OK;
          if (i % 5 == 0) cancelled += purser_cancel(store.p, id) == PURSER_OK;
        }
      }
    });
  for (std::thread &thread : threads) thread.join();
  CHECK(accepted == callers * each);
  CHECK(purser_close(store.p) == PURSER_OK);
  store.p = nullptr;
  int other_times = 0, on_host_threads = 0, ended_canceled = 0;
  for (const Told &one : told) {
    other_times += one.times != 1;
    for (const std::thread::id &id : host_threads) on_host_threads += one.thread == id;
    ended_canceled += one.status == PURSER_CANCELED;
  }
  CHECK(other_times == 0);
  CHECK(on_host_threads == 0);
  CHECK(ended_canceled >= cancelled);
}

TEST_CASE("completions: done is never called before the call returned") {
  Opened store(2);
  // Lock-step: the host holds its own lock around submit and writes the id under it. A `done` that ran inside submit would find
  // its own thread holding the lock; one that ran before the id was written would find no id.
  struct Step {
    std::mutex mutex;
    std::atomic<std::thread::id> inside{};
    std::uint64_t id = 0;
    std::atomic<int> told{0}, inside_submit{0}, without_id{0};
  } step;
  constexpr int rounds = 1000;
  for (int i = 0; i < rounds; i++) {
    auto call = input<purser_call>();
    const purser_account_read_in in = read_of("acct_step");
    call.verb = PURSER_VERB_ACCOUNT_READ;
    call.in = &in;
    call.context = &step;
    call.done = [](void *context, purser_status, const void *out, purser_error *error) {
      Step &own = *static_cast<Step *>(context);
      purser_free(out);
      purser_free(error);
      if (own.inside.load() == std::this_thread::get_id()) {
        own.inside_submit++;
      } else {
        const std::lock_guard lock(own.mutex);
        if (own.id == 0) own.without_id++;
        own.id = 0;
      }
      own.told++;
    };
    {
      const std::lock_guard lock(step.mutex);
      step.inside = std::this_thread::get_id();
      REQUIRE(purser_submit(store.p, &call, &step.id, nullptr) == PURSER_OK);
      step.inside = std::thread::id();
    }
    REQUIRE(soon([&] { return step.told == i + 1; }));
  }
  CHECK(step.inside_submit == 0);
  CHECK(step.without_id == 0);
}

TEST_CASE("completions: done is never called by a submit that failed") {
  Opened store(1);
  Told told;
  auto in = read_of("");
  purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &in, told);
  purser_error *error = nullptr;
  std::uint64_t id = 7;
  CHECK(purser_submit(store.p, &call, &id, &error) == PURSER_INVALID);
  CHECK(id == 0);
  REQUIRE(error);
  CHECK(std::string(error->parameter) == "account");
  purser_free(error);
  call.verb = 99;
  CHECK(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_INVALID);
  CHECK(store.close() == PURSER_OK);
  CHECK(told.times == 0);
}

TEST_CASE("completions: done is never called under a lock, and may call any verb but close") {
  Opened store(1);
  store.apply_catalog();
  struct Inside {
    purser_handle *p;
    std::string failed;
    int checked = -1;
    purser_status close_status = -1;
    Told inner;
  } inside{store.p, {}, -1, -1, {}};
  const auto all_verbs = [&inside](const char *who) {
    const std::string name = std::string("acct_") + who;
    const Delivery delivery(subscription_event(who, name));
    const purser_webhook_receive_out *receipt = nullptr;
    if (purser_webhook_receive(inside.p, &delivery.in, &receipt, nullptr) != PURSER_OK || receipt->http_status != 200)
      inside.failed += " receive";
    purser_free(receipt);
    const purser_account_read_in read = read_of(name.c_str());
    if (purser_account_read(inside.p, &read, nullptr, nullptr) != PURSER_OK) inside.failed += " read";
    auto catalog = input<purser_catalog_apply_in>();
    catalog.text = catalog_text;
    catalog.text_size = std::strlen(catalog_text);
    if (purser_catalog_apply(inside.p, &catalog, nullptr, nullptr) != PURSER_OK) inside.failed += " catalog";
    auto query = input<purser_query_in>();
    query.sql = "select 1";
    if (purser_query(inside.p, &query, nullptr, nullptr) != PURSER_OK) inside.failed += " query";
    if (purser_cancel(inside.p, 12345) != PURSER_NOT_FOUND) inside.failed += " cancel";
    if (purser_check(inside.p, name.c_str(), "crm") != 1) inside.failed += " check";
  };
  Told outer;
  outer.then = [&] {
    all_verbs("within");
    // Another thread gets through everything while this callback is still running: no lock is held for it.
    std::thread([&] { all_verbs("beside"); }).join();
    const purser_account_read_in read = read_of("acct_inner");
    const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, inside.inner);
    if (purser_submit(inside.p, &call, nullptr, nullptr) != PURSER_OK) inside.failed += " submit";
    inside.close_status = purser_close(inside.p);
  };
  const purser_account_read_in read = read_of("acct_outer");
  const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, outer);
  REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
  REQUIRE(soon([&] { return outer.returned && inside.inner.times == 1; }));
  CHECK(inside.failed == "");
  CHECK(inside.close_status == PURSER_BUSY);
}

TEST_CASE("completions: every call has deadline_ms") {
  Opened store(1);
  auto blocker = std::make_unique<Blocker>(store.p);
  Told by_call, by_input, delivery_told, none;
  auto read = read_of("acct_late");
  purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, by_call, 20);
  REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
  call = call_of(PURSER_VERB_ACCOUNT_READ, &read, none);
  REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
  read.deadline_ms = 30;
  call = call_of(PURSER_VERB_ACCOUNT_READ, &read, by_input);
  REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
  const Delivery delivery(plain_event("late"));
  std::atomic<int> http{0};
  auto receive = call_of(PURSER_VERB_WEBHOOK_RECEIVE, &delivery.in, delivery_told, 40);
  receive.context = &http;
  receive.done = [](void *context, purser_status status, const void *out, purser_error *error) {
    static_cast<std::atomic<int> *>(context)->store(
        status == PURSER_TIMEOUT ? static_cast<const purser_webhook_receive_out *>(out)->http_status : -1);
    purser_free(out);
    purser_free(error);
  };
  REQUIRE(purser_submit(store.p, &receive, nullptr, nullptr) == PURSER_OK);
  // The only worker is busy all the while: deadlines need none.
  REQUIRE(soon([&] { return by_call.times == 1 && by_input.times == 1 && http != 0; }));
  CHECK(by_call.status == PURSER_TIMEOUT);
  CHECK(by_call.text == "deadline");
  CHECK(by_input.status == PURSER_TIMEOUT);
  CHECK(http == 503);
  CHECK(none.times == 0);
  blocker.reset();
  REQUIRE(soon([&] { return none.times == 1; }));
  CHECK(none.status == PURSER_OK);
}

TEST_CASE("completions: purser_cancel ends what waits, and says what it cannot end") {
  Opened store(1);
  auto blocker = std::make_unique<Blocker>(store.p);
  Told waiting;
  const purser_account_read_in read = read_of("acct_cancel");
  const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, waiting);
  std::uint64_t id = 0;
  REQUIRE(purser_submit(store.p, &call, &id, nullptr) == PURSER_OK);
  CHECK(purser_cancel(store.p, id) == PURSER_OK);
  CHECK(purser_cancel(store.p, id + 1) == PURSER_NOT_FOUND);
  CHECK(purser_cancel(store.p, 1) == PURSER_BUSY);  // the blocker: its `done` is running
  blocker.reset();
  REQUIRE(soon([&] { return waiting.times == 1; }));
  CHECK(waiting.status == PURSER_CANCELED);
  CHECK(waiting.text == "canceled");
  REQUIRE(soon([&] { return purser_cancel(store.p, id) == PURSER_NOT_FOUND; }));
}

TEST_CASE("completions: the queue is bounded, by calls and by bytes") {
  Opened store(1);
  auto blocker = std::make_unique<Blocker>(store.p);
  static std::atomic<int> ended;
  ended = 0;
  auto call = input<purser_call>();
  call.done = [](void *, purser_status, const void *out, purser_error *error) {
    purser_free(out);
    purser_free(error);
    ended++;
  };
  SECTION("calls") {
    const purser_account_read_in read = read_of("acct_many");
    call.verb = PURSER_VERB_ACCOUNT_READ;
    call.in = &read;
    int accepted = 0;
    while (accepted <= PURSER_CALLS_MAX && purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK) accepted++;
    CHECK(accepted == PURSER_CALLS_MAX - 1);  // and the blocker
    purser_error *error = nullptr;
    CHECK(purser_submit(store.p, &call, nullptr, &error) == PURSER_LIMIT);
    CHECK(std::string(error->reason) == "calls_waiting");
    purser_free(error);
    std::thread closer([&] { store.close(); });
    REQUIRE(soon([&] { return ended > 0; }));
    blocker.reset();
    closer.join();
    CHECK(ended == accepted);
  }
  SECTION("bytes") {
    const std::string large(1024 * 1024, ' ');
    auto in = input<purser_event_replay_in>();
    in.documents = large.data();
    in.documents_size = large.size();
    call.verb = PURSER_VERB_EVENT_REPLAY;
    call.in = &in;
    int accepted = 0;
    while (accepted < 300 && purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK) accepted++;
    CHECK(accepted == 255);
  }
}
