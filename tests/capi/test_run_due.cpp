// threads = 0: the host drives purser_run_due.
#include <deque>

#include "support.hpp"

using namespace capi_test;

TEST_CASE("threads = 0: nothing runs until the host drives purser_run_due, and then on its thread") {
  Opened store(0);
  store.apply_catalog();
  std::deque<Told> told(20);
  for (std::size_t i = 0; i < told.size(); i++) {
    const Delivery delivery(subscription_event("due" + std::to_string(i), "acct_due" + std::to_string(i)));
    const purser_call call = call_of(PURSER_VERB_WEBHOOK_RECEIVE, &delivery.in, told[i]);
    REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(120));
  for (const Told &one : told) CHECK(one.times == 0);
  std::int64_t count = -1;
  REQUIRE(purser_run_due(store.p, 0, &count, nullptr) == PURSER_OK);
  CHECK(count == 20);
  for (std::size_t i = 0; i < told.size(); i++) {
    CHECK(told[i].times == 1);
    CHECK(told[i].status == PURSER_OK);
    CHECK(told[i].thread == std::this_thread::get_id());
    CHECK(purser_check(store.p, ("acct_due" + std::to_string(i)).c_str(), "leads") == 1);
  }
  REQUIRE(purser_run_due(store.p, 0, &count, nullptr) == PURSER_OK);
  CHECK(count == 0);
}

TEST_CASE("threads = 0: a call submitted by a done runs in the same drive; driving from a callback is BUSY; so is close") {
  Opened store(0);
  static purser_handle *p;
  p = store.p;
  Told second, first;
  purser_status drive = -1, close_status = -1;
  const purser_account_read_in read = read_of("acct_drive");
  first.then = [&] {
    const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, second);
    purser_submit(p, &call, nullptr, nullptr);
    drive = purser_run_due(p, 0, nullptr, nullptr);
    close_status = purser_close(p);
  };
  const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, first);
  REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
  std::int64_t count = 0;
  REQUIRE(purser_run_due(store.p, 0, &count, nullptr) == PURSER_OK);
  CHECK(count == 2);
  CHECK(second.times == 1);
  CHECK(drive == PURSER_BUSY);
  CHECK(close_status == PURSER_BUSY);
}

TEST_CASE("threads = 0: the budget ends a drive between calls; deadlines and cancel work; close tells the rest") {
  Opened store(0);
  std::deque<Told> told(5);
  const purser_account_read_in read = read_of("acct_budget");
  std::uint64_t ids[5];
  for (std::size_t i = 0; i < 5; i++) {
    if (i == 0) told[0].then = [] { std::this_thread::sleep_for(std::chrono::milliseconds(30)); };
    const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, told[i], i == 1 ? 10 : 0);
    REQUIRE(purser_submit(store.p, &call, &ids[i], nullptr) == PURSER_OK);
  }
  CHECK(purser_cancel(store.p, ids[2]) == PURSER_OK);
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::int64_t count = 0;
  for (int i = 0; i < 100 && told[0].times == 0; i++) REQUIRE(purser_run_due(store.p, 10, &count, nullptr) == PURSER_OK);
  CHECK(told[0].times == 1);
  CHECK(told[3].times == 0);  // 30 ms were more than the budget
  CHECK(store.close() == PURSER_OK);
  CHECK(told[1].status == PURSER_TIMEOUT);
  CHECK(told[2].status == PURSER_CANCELED);
  CHECK(told[3].status == PURSER_CANCELED);
  for (const Told &one : told) CHECK(one.times == 1);
}

TEST_CASE("threads = 0 is a choice: a handle with threads refuses purser_run_due") {
  Opened store(1);
  purser_error *error = nullptr;
  std::int64_t count = 5;
  CHECK(purser_run_due(store.p, 0, &count, &error) == PURSER_BUSY);
  CHECK(count == 0);
  CHECK(std::string(error->reason) == "handle_has_threads");
  purser_free(error);
  CHECK(purser_run_due(store.p, -1, nullptr, nullptr) == PURSER_INVALID);
}
