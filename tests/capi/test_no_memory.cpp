// Errors without memory: operator new of this executable, which the library uses too, gives nothing when told so.
#include <cstdlib>
#include <deque>
#include <new>

#include "support.hpp"

// The pair below is malloc and free; inlined, GCC sees only one half of it.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace {
/// This thread's next allocations that succeed; -1 = all.
thread_local long allocations_left = -1;
/// Nothing for any thread but those that say otherwise.
std::atomic<bool> engine_threads_starve{false};
thread_local bool fed = false;

bool starves() {
  if (engine_threads_starve.load(std::memory_order_relaxed) && !fed) return true;
  if (allocations_left < 0) return false;
  if (allocations_left == 0) return true;
  allocations_left--;
  return false;
}

void *allocate(std::size_t size) {
  if (starves()) return nullptr;
  return std::malloc(size > 0 ? size : 1);
}
}  // namespace

void *operator new(std::size_t size) {
  if (void *memory = allocate(size)) return memory;
  throw std::bad_alloc();
}
void *operator new[](std::size_t size) { return operator new(size); }
void *operator new(std::size_t size, const std::nothrow_t &) noexcept { return allocate(size); }
void *operator new[](std::size_t size, const std::nothrow_t &) noexcept { return allocate(size); }
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete[](void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void *memory, std::size_t) noexcept { std::free(memory); }

using namespace capi_test;

namespace {

/// Calls `verb` with 0, 1, 2 … allocations until it succeeds, judging every end. Returns how often memory was missing.
template <class Verb, class Judge>
int starve(Verb verb, Judge judge) {
  int missing = 0;
  for (long n = 0; n < 100000; n++) {
    purser_error *error = nullptr;
    allocations_left = n;
    const purser_status status = verb(&error);
    allocations_left = -1;
    const bool ended = status == PURSER_OK;
    if (!ended) {
      missing++;
      judge(status, error);
    }
    purser_free(error);
    if (ended) return missing;
  }
  return -1;
}

void is_no_memory(purser_status status, purser_error *error) {
  CHECK(status == PURSER_NO_MEMORY);
  REQUIRE(error);
  CHECK(error->status == PURSER_NO_MEMORY);
  CHECK(std::strlen(error->message) > 20);
}

}  // namespace

TEST_CASE("errors without memory: every verb says NO_MEMORY, changes nothing and works again") {
  Opened store(1, [](purser_config &c) { c.mode = "offline"; });
  store.apply_catalog();
  const purser_account_read_in read = read_of("acct_memory");
  const int reads = starve(
      [&](purser_error **error) {
        const purser_account_read_out *out = reinterpret_cast<const purser_account_read_out *>(1);
        const purser_status status = purser_account_read(store.p, &read, &out, error);
        CHECK((out != nullptr) == (status == PURSER_OK));
        purser_free(out);
        return status;
      },
      is_no_memory);
  CHECK(reads > 5);

  auto catalog = input<purser_catalog_apply_in>();
  catalog.text = catalog_text;
  catalog.text_size = std::strlen(catalog_text);
  CHECK(starve([&](purser_error **error) { return purser_catalog_apply(store.p, &catalog, nullptr, error); }, is_no_memory) > 5);

  auto link = input<purser_account_link_in>();
  link.account = "acct_memory";
  link.customer = "cus_memory";
  CHECK(starve([&](purser_error **error) { return purser_account_link(store.p, &link, nullptr, error); }, is_no_memory) > 5);

  auto secrets = input<purser_secrets_set_in>();
  secrets.secrets = store.secrets;
  secrets.secrets_count = 1;
  CHECK(starve([&](purser_error **error) { return purser_secrets_set(store.p, &secrets, nullptr, error); }, is_no_memory) > 1);

  auto query = input<purser_query_in>();
  query.sql = "select name from sqlite_master";
  CHECK(starve([&](purser_error **error) { return purser_query(store.p, &query, nullptr, error); }, is_no_memory) > 5);

  const Delivery delivery(subscription_event("memory", "acct_memory"));
  auto verify = input<purser_webhook_verify_in>();
  verify.body = delivery.body.data();
  verify.body_size = delivery.body.size();
  verify.signature = delivery.header.c_str();
  verify.secrets = store.secrets;
  verify.secrets_count = 1;
  CHECK(starve([&](purser_error **error) { return purser_webhook_verify(&verify, nullptr, error); }, is_no_memory) > 1);
  CHECK(purser_account_read(store.p, &read, nullptr, nullptr) == PURSER_OK);
}

TEST_CASE("errors without memory: a webhook is always answered, and what was not stored is not 2xx") {
  Opened store(1);
  store.apply_catalog();
  const Delivery delivery(subscription_event("scarce", "acct_scarce"));
  int refused = 0;
  for (long n = 0; n < 100000; n++) {
    const purser_webhook_receive_out *out = nullptr;
    purser_error *error = nullptr;
    allocations_left = n;
    const purser_status status = purser_webhook_receive(store.p, &delivery.in, &out, &error);
    allocations_left = -1;
    REQUIRE(out);
    const std::int32_t http = out->http_status;
    INFO("after " << n << " allocations: status " << status << ", " << http << " " << out->reason << " " << out->message);
    CHECK((status == PURSER_OK || status == PURSER_NO_MEMORY));
    CHECK((http == 503 || http == 200));
    purser_free(out);
    purser_free(error);
    if (http == 200) {
      // Stored, whatever was missing for the answer.
      auto query = input<purser_query_in>();
      query.sql = "select count(*) from purser_v_event where id = 'evt_scarce'";
      const purser_query_out *rows = nullptr;
      REQUIRE(purser_query(store.p, &query, &rows, nullptr) == PURSER_OK);
      CHECK(purser_query_value(rows, 0, 0)->integer == 1);
      purser_free(rows);
      break;
    }
    refused++;
  }
  CHECK(refused > 5);
  CHECK(purser_check(store.p, "acct_scarce", "crm") == 1);
}

TEST_CASE("errors without memory: submit says so and queues nothing") {
  Opened store(1);
  Told told;
  const purser_account_read_in read = read_of("acct_memory");
  const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &read, told, 10000);
  const int missing = starve([&](purser_error **error) { return purser_submit(store.p, &call, nullptr, error); }, is_no_memory);
  CHECK(missing > 3);
  CHECK(store.close() == PURSER_OK);
  CHECK(told.times == 1);
}

TEST_CASE("errors without memory: a submitted call whose threads get none still ends once, with a static error") {
  fed = true;
  Opened store(1);
  auto blocker = std::make_unique<Blocker>(store.p);
  struct Bare {
    std::atomic<int> times{0};
    std::atomic<purser_status> status{-1};
    std::atomic<int> http{-1};
  };
  std::deque<Bare> told(3);
  const auto done = [](void *context, purser_status status, const void *out, purser_error *error) {
    Bare &own = *static_cast<Bare *>(context);
    own.status = status;
    if (out) own.http = static_cast<const purser_webhook_receive_out *>(out)->http_status;
    purser_free(out);
    purser_free(error);
    own.times++;
  };
  const purser_account_read_in read = read_of("acct_starved");
  const Delivery delivery(plain_event("starved"));
  for (std::size_t i = 0; i < 3; i++) {
    auto call = input<purser_call>();
    call.verb = i == 1 ? PURSER_VERB_WEBHOOK_RECEIVE : PURSER_VERB_ACCOUNT_READ;
    call.in = i == 1 ? static_cast<const void *>(&delivery.in) : &read;
    call.done = done;
    call.context = &told[i];
    REQUIRE(purser_submit(store.p, &call, nullptr, nullptr) == PURSER_OK);
  }
  engine_threads_starve = true;
  blocker.reset();
  const bool all = soon([&] { return told[0].times == 1 && told[1].times == 1 && told[2].times == 1; });
  engine_threads_starve = false;
  REQUIRE(all);
  CHECK(told[0].status == PURSER_NO_MEMORY);
  CHECK(told[2].status == PURSER_NO_MEMORY);
  CHECK(told[1].http == 503);
  CHECK(store.close() == PURSER_OK);
  fed = false;
}
