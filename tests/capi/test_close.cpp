// purser_close, by the sentences of DESIGN.md 3.4.
#include <deque>

#include "support.hpp"

using namespace capi_test;

TEST_CASE("close: with 1,000 calls pending it refuses new calls, cancels waiting ones, delivers every done, joins, returns") {
  Opened store(1);
  auto blocker = std::make_unique<Blocker>(store.p);
  constexpr std::size_t pending = 1000;
  std::deque<Told> told(pending);
  const purser_account_read_in read = read_of("acct_pending");
  const Delivery delivery(plain_event("pending"));
  for (std::size_t i = 0; i < pending; i++) {
    const bool webhook = i % 2 == 1;
    const purser_call call = call_of(webhook ? PURSER_VERB_WEBHOOK_RECEIVE : PURSER_VERB_ACCOUNT_READ,
                                     webhook ? static_cast<const void *>(&delivery.in) : &read, told[i]);
    REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
  }
  std::atomic<bool> closed{false};
  std::atomic<purser_status> status{-1};
  std::thread closer([&] {
    status = purser_close(store.p);
    closed = true;
  });
  Told late;
  const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, late);
  REQUIRE(soon([&] { return purser_submit(store.p, &call, nullptr, nullptr) == PURSER_CLOSED; }));
  CHECK(purser_account_read(store.p, &read, nullptr, nullptr) == PURSER_CLOSED);
  CHECK(purser_close(store.p) == PURSER_BUSY);
  const purser_webhook_receive_out *receipt = nullptr;
  CHECK(purser_webhook_receive(store.p, &delivery.in, &receipt, nullptr) == PURSER_CLOSED);
  REQUIRE(receipt);
  CHECK(receipt->http_status == 503);
  CHECK(std::string(receipt->reason) == "handle_closing");
  purser_free(receipt);
  CHECK_FALSE(closed);  // the blocker's `done` has not returned
  blocker.reset();
  closer.join();
  store.p = nullptr;
  CHECK(status == PURSER_OK);
  std::size_t once = 0, canceled = 0;
  for (const Told &one : told) {
    once += one.times == 1 && one.returned;
    canceled += one.status == PURSER_CANCELED;
  }
  CHECK(once == pending);
  CHECK(canceled == pending);
}

TEST_CASE("close: what was handed to the engine is committed and told, not cancelled") {
  Opened store(2);
  constexpr std::size_t count = 300;
  std::deque<Told> told(count);
  for (std::size_t i = 0; i < count; i++) {
    const Delivery delivery(plain_event("handed" + std::to_string(i)));
    const purser_call call = call_of(PURSER_VERB_WEBHOOK_RECEIVE, &delivery.in, told[i]);
    REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
  }
  CHECK(store.close() == PURSER_OK);
  std::size_t ended = 0;
  for (const Told &one : told) ended += one.times == 1 && (one.status == PURSER_OK || one.status == PURSER_CANCELED);
  CHECK(ended == count);
}

TEST_CASE("close: waits for a running blocking verb") {
  // The log callback holds a blocking verb inside the library until the latch opens.
  static Latch latch;
  static std::atomic<int> inside;
  static purser_handle *handle;
  static std::atomic<purser_status> close_from_log;
  inside = 0;
  close_from_log = -1;
  Opened store(1, [](purser_config &c) {
    c.log = [](void *, std::int32_t, const char *message) {
      if (!std::strstr(message, "webhook refused") || inside++ > 0) return;
      close_from_log = purser_close(handle);
      latch.wait();
    };
  });
  handle = store.p;
  std::atomic<bool> verb_returned{false};
  std::thread verb([&] {
    auto in = input<purser_webhook_receive_in>();
    in.body = "{}";
    in.body_size = 2;
    in.signature = "t=1,v1=00";
    purser_webhook_receive(store.p, &in, nullptr, nullptr);
    verb_returned = true;
  });
  REQUIRE(soon([] { return inside == 1 && close_from_log != -1; }));
  CHECK(close_from_log == PURSER_BUSY);  // from a callback of any kind
  std::atomic<bool> closed{false};
  std::thread closer([&] {
    purser_close(store.p);
    closed = true;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  CHECK_FALSE(closed);
  latch.open();
  closer.join();
  verb.join();
  store.p = nullptr;
  CHECK(verb_returned);
}

TEST_CASE("close: NULL is nothing to close; outputs and errors outlive the handle") {
  CHECK(purser_close(nullptr) == PURSER_OK);
  Opened store(1);
  store.apply_catalog();
  const purser_account_read_in read = read_of("acct_after");
  const purser_account_read_out *out = nullptr;
  REQUIRE(purser_account_read(store.p, &read, &out, nullptr) == PURSER_OK);
  const purser_account_read_in bad = read_of("");
  purser_error *error = nullptr;
  REQUIRE(purser_account_read(store.p, &bad, nullptr, &error) == PURSER_INVALID);
  CHECK(store.close() == PURSER_OK);
  CHECK(std::string(out->account) == "acct_after");
  REQUIRE(purser_tier_held_list_count(out->tiers) == 1);
  CHECK(std::string(purser_tier_held_list_at(out->tiers, 0)->tier) == "free");
  CHECK(std::string(error->reason) == "argument_missing");
  purser_free(out);
  purser_free(error);
}
