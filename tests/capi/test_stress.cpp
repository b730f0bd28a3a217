// Eight threads and more over everything at once, then close. The thread sanitizer runs this.
#include "support.hpp"

using namespace capi_test;

TEST_CASE("threads: receive, check, catalog apply, submit, read from ten threads, then close", "[threads]") {
  Opened store(3);
  store.apply_catalog();
  std::atomic<bool> stop{false};
  std::atomic<long> received{0}, checked{0}, granted{0}, applied{0}, submitted{0}, told{0}, read{0}, rotated{0}, wrong{0};
  std::vector<std::thread> threads;
  const auto run = [&](auto work) {
    threads.emplace_back([&, work] {
      for (int i = 0; !stop; i++) work(i);
    });
  };
  static std::atomic<long> *told_counter;
  told_counter = &told;
  for (int t = 0; t < 2; t++)
    run([&, t](int i) {
      const std::string name = std::to_string(t) + "_" + std::to_string(i);
      const Delivery delivery(subscription_event(name, "acct_" + std::to_string(i % 20)));
      const purser_webhook_receive_out *out = nullptr;
      if (purser_webhook_receive(store.p, &delivery.in, &out, nullptr) != PURSER_OK || out->http_status != 200) wrong++;
      purser_free(out);
      received++;
    });
  for (int t = 0; t < 3; t++)
    run([&](int i) {
      granted += purser_check(store.p, ("acct_" + std::to_string(i % 20)).c_str(), "crm");
      const char *tier = purser_tier(store.p, ("acct_" + std::to_string(i % 20)).c_str(), "app");
      if (!tier || (std::strcmp(tier, "free") != 0 && std::strcmp(tier, "pro") != 0)) wrong++;
      checked++;
    });
  for (int t = 0; t < 2; t++)
    run([&, t](int i) {
      auto call = input<purser_call>();
      call.done = [](void *, purser_status, const void *out, purser_error *error) {
        purser_free(out);
        purser_free(error);
        ++*told_counter;
      };
      std::uint64_t id = 0;
      purser_status status = PURSER_OK;
      if (i % 2 == 0) {
        const Delivery delivery(plain_event("s" + std::to_string(t) + "_" + std::to_string(i)));
        call.verb = PURSER_VERB_WEBHOOK_RECEIVE;
        call.in = &delivery.in;
        status = purser_submit(store.p, &call, &id, nullptr);
      } else {
        const purser_account_read_in in = read_of("acct_1");
        call.verb = PURSER_VERB_ACCOUNT_READ;
        call.in = &in;
        call.deadline_ms = i % 3;
        status = purser_submit(store.p, &call, &id, nullptr);
        if (i % 5 == 0) purser_cancel(store.p, id);
      }
      if (status == PURSER_OK)
        submitted++;
      else
        wrong++;
      while (!stop && submitted - told > 500) std::this_thread::yield();
    });
  run([&](int i) {
    const std::string text = std::string("// ") + std::to_string(i) + "\n" + catalog_text;
    auto in = input<purser_catalog_apply_in>();
    std::string changed = text;
    changed.replace(changed.find("\"seats\": 3"), 10, "\"seats\": " + std::to_string(3 + i % 2));
    in.text = changed.data();
    in.text_size = changed.size();
    if (purser_catalog_apply(store.p, &in, nullptr, nullptr) != PURSER_OK) wrong++;
    applied++;
  });
  run([&](int) {
    const purser_account_read_in in = read_of("acct_2");
    const purser_account_read_out *out = nullptr;
    if (purser_account_read(store.p, &in, &out, nullptr) != PURSER_OK) wrong++;
    purser_free(out);
    read++;
  });
  run([&](int) {
    auto in = input<purser_secrets_set_in>();
    in.secrets = store.secrets;
    in.secrets_count = 1;
    if (purser_secrets_set(store.p, &in, nullptr, nullptr) != PURSER_OK) wrong++;
    rotated++;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  REQUIRE(threads.size() >= 8);
  const bool enough = soon(
      [&] { return received > 100 && checked > 1000 && granted > 0 && applied > 5 && told > 200 && read > 20 && rotated > 20; }, 120000);
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  stop = true;
  for (std::thread &thread : threads) thread.join();
  CHECK(store.close() == PURSER_OK);
  INFO("received " << received << ", checked " << checked << ", granted " << granted << ", applied " << applied << ", submitted "
                   << submitted << ", read " << read);
  CHECK(enough);
  CHECK(wrong == 0);
  CHECK(told == submitted);
}

TEST_CASE("threads: close while other threads submit and call blocking verbs", "[threads]") {
  for (int round = 0; round < 10; round++) {
    Opened store(2);
    std::atomic<long> accepted{0}, told{0}, closed_calls{0}, other{0};
    static std::atomic<long> *told_counter;
    told_counter = &told;
    std::atomic<bool> go{false};
    std::atomic<int> turned_away{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; t++)
      threads.emplace_back([&, t] {
        while (!go) std::this_thread::yield();
        const purser_account_read_in in = read_of("acct_close");
        const Delivery delivery(plain_event("close" + std::to_string(t)));
        auto call = input<purser_call>();
        call.verb = t % 2 == 0 ? PURSER_VERB_WEBHOOK_RECEIVE : PURSER_VERB_ACCOUNT_READ;
        call.in = t % 2 == 0 ? static_cast<const void *>(&delivery.in) : &in;
        call.done = [](void *, purser_status, const void *out, purser_error *error) {
          purser_free(out);
          purser_free(error);
          ++*told_counter;
        };
        // Until this thread is told that the handle closes: after that it never touches it again.
        for (bool open = true; open;) {
          const purser_status status =
              t < 4 ? purser_account_read(store.p, &in, nullptr, nullptr) : purser_submit(store.p, &call, nullptr, nullptr);
          if (status == PURSER_OK) {
            if (t >= 4) accepted++;
          } else {
            open = false;
            status == PURSER_CLOSED ? closed_calls++ : other++;
          }
          if (accepted - told > 2000) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        turned_away++;
      });
    // A `done` that blocks keeps the handle closing until every thread was turned away: a freed handle must not be touched.
    Told last;
    last.then = [&] {
      while (turned_away < 8) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
    const purser_account_read_in in = read_of("acct_last");
    const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &in, last);
    REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
    go = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    CHECK(store.close() == PURSER_OK);
    for (std::thread &thread : threads) thread.join();
    CHECK(told == accepted);
    CHECK(closed_calls == 8);
    CHECK(other == 0);
    CHECK(last.times == 1);
  }
}
