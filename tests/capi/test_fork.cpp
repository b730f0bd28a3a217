// After fork the child's handle is dead: check 0, tier NULL, all else FORKED with the fix.
#include "support.hpp"
#include "support/child_process.hpp"

using namespace capi_test;
using purser::test::in_child;

TEST_CASE("fork: the child's handle is dead, the parent's is not") {
  Opened store(2);
  store.apply_catalog();
  const Delivery delivery(subscription_event("fork", "acct_fork"));
  REQUIRE(purser_webhook_receive(store.p, &delivery.in, nullptr, nullptr) == PURSER_OK);
  REQUIRE(purser_check(store.p, "acct_fork", "crm") == 1);
  const purser_account_read_in read = read_of("acct_fork");
  const purser_account_read_out *before = nullptr;
  REQUIRE(purser_account_read(store.p, &read, &before, nullptr) == PURSER_OK);

  const int failed = in_child([&]() -> int {
    if (purser_check(store.p, "acct_fork", "crm") != 0) return 1;
    if (purser_tier(store.p, "acct_fork", "app") != nullptr) return 2;
    purser_error *error = nullptr;
    const purser_account_read_out *out = nullptr;
    if (purser_account_read(store.p, &read, &out, &error) != PURSER_FORKED || out) return 3;
    if (!error || error->status != PURSER_FORKED || !std::strstr(error->message, "call purser_open here")) return 4;
    purser_free(error);
    const purser_webhook_receive_out *receipt = nullptr;
    if (purser_webhook_receive(store.p, &delivery.in, &receipt, nullptr) != PURSER_FORKED || receipt->http_status != 503) return 5;
    purser_free(receipt);
    Told told;
    const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, told);
    if (purser_submit(store.p, &call, nullptr, nullptr) != PURSER_FORKED || told.times != 0) return 6;
    if (purser_cancel(store.p, 1) != PURSER_FORKED) return 7;
    if (purser_run_due(store.p, 0, nullptr, nullptr) != PURSER_FORKED) return 8;
    if (purser_close(store.p) != PURSER_FORKED) return 9;
    purser_free(before);  // the child's own copy of the memory
    // The fix works: a handle of the child's own, on a store of its own.
    purser_config config = store.config;
    purser_handle *own = nullptr;
    if (purser_open(&config, &own, nullptr) != PURSER_OK) return 10;
    if (purser_account_read(own, &read, nullptr, nullptr) != PURSER_OK) return 11;
    return purser_close(own) == PURSER_OK ? 0 : 12;
  });
  CHECK(failed == 0);
  CHECK(purser_check(store.p, "acct_fork", "crm") == 1);
  CHECK(std::string(before->account) == "acct_fork");
  purser_free(before);
  CHECK(purser_account_read(store.p, &read, nullptr, nullptr) == PURSER_OK);
  CHECK(store.close() == PURSER_OK);
}

TEST_CASE("fork: while other threads are inside verbs, the child does not hang") {
  Opened store(2);
  std::atomic<bool> stop{false};
  std::vector<std::thread> busy;
  for (int t = 0; t < 3; t++)
    busy.emplace_back([&] {
      const purser_account_read_in read = read_of("acct_busy");
      while (!stop) purser_account_read(store.p, &read, nullptr, nullptr);
    });
  int wrong = 0;
  for (int i = 0; i < 20; i++)
    wrong +=
        in_child([&]() -> int {
          alarm(20);
          const purser_account_read_in read = read_of("acct_child");
          return purser_account_read(store.p, &read, nullptr, nullptr) == PURSER_FORKED && purser_close(store.p) == PURSER_FORKED ? 0 : 1;
        }) != 0;
  stop = true;
  for (std::thread &thread : busy) thread.join();
  CHECK(wrong == 0);
}
