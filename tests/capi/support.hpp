// Stores, signatures and deliveries for the tests of the C ABI. Everything here is what a host can do: public headers only.
#pragma once
#include <openssl/hmac.h>
#include <purser.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <ctime>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "catch.hpp"

namespace capi_test {

inline constexpr const char *secret = "whsec_4eC39HqLyjWDarjtT1zdp7dcF3";
inline constexpr const char *catalog_text = R"({ "purser_catalog": 1,
  "features": { "leads": "Leads", "crm": "CRM" },
  "meters": { "seats": { "name": "Seats", "window": "lifetime" } },
  "products": { "app": { "name": "App", "fallback": "free", "tiers": {
    "free": { "name": "Free" },
    "pro": { "name": "Pro", "features": ["leads", "crm"], "limits": { "seats": 3 },
             "prices": [ { "lookup_key": "app_pro", "currency": "usd", "interval": "month", "unit_amount": 4900 } ] } } } } })";

inline std::string signature(std::string_view body, std::int64_t at_s = std::time(nullptr), std::string_view with = secret) {
  const std::string signed_text = std::to_string(at_s) + "." + std::string(body);
  unsigned char digest[32];
  unsigned int size = sizeof digest;
  HMAC(EVP_sha256(), with.data(), static_cast<int>(with.size()), reinterpret_cast<const unsigned char *>(signed_text.data()),
       signed_text.size(), digest, &size);
  std::string text = "t=" + std::to_string(at_s) + ",v1=";
  for (const unsigned char byte : digest) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

/// customer.subscription.updated of a subscription that is active for a month from now and belongs to `account`.
inline std::string subscription_event(const std::string &event, const std::string &account, std::int64_t created_s = std::time(nullptr)) {
  const std::string start = std::to_string(created_s), end = std::to_string(created_s + 30 * 86400);
  return R"({"id":"evt_)" + event +
         R"(","object":"event","type":"customer.subscription.updated","api_version":"2026-06-24.dahlia","livemode":false,"created":)" +
         start + R"(,"data":{"object":{"id":"sub_)" + account + R"(","object":"subscription","customer":"cus_)" + account +
         R"(","status":"active","livemode":false,"created":)" + start +
         R"(,"collection_method":"charge_automatically","cancel_at_period_end":false,"metadata":{"purser_account":")" + account +
         R"("},"items":{"object":"list","data":[{"id":"si_)" + account +
         R"(","object":"subscription_item","quantity":1,"current_period_start":)" + start + R"(,"current_period_end":)" + end +
         R"(,"price":{"id":"price_pro","object":"price","lookup_key":"app_pro"}}]}}}})";
}

/// Any type without effect: the cheapest delivery that is stored.
inline std::string plain_event(const std::string &event) {
  return R"({"id":"evt_)" + event + R"(","object":"event","type":"payment_method.updated","livemode":false,"created":)" +
         std::to_string(std::time(nullptr)) + R"(,"data":{"object":{"id":"ch_1","object":"payment_method"}}})";
}

template <class T>
T input() {
  T made{};
  made.struct_size = sizeof made;
  return made;
}

struct Opened {
  purser_config config = input<purser_config>();
  const char *secrets[1] = {secret};
  purser_handle *p = nullptr;

  explicit Opened(int threads, const std::function<void(purser_config &)> &adjust = {}) {
    config.store = "sqlite::memory:";
    config.mode = "test";
    config.webhook_secrets = secrets;
    config.webhook_secrets_count = 1;
    config.threads = threads;
    if (adjust) adjust(config);
    purser_error *error = nullptr;
    const purser_status status = purser_open(&config, &p, &error);
    INFO((error ? error->message : ""));
    REQUIRE(status == PURSER_OK);
  }
  Opened(const Opened &) = delete;
  Opened &operator=(const Opened &) = delete;
  ~Opened() { close(); }
  purser_status close() {
    const purser_status status = purser_close(p);
    if (status == PURSER_OK) p = nullptr;
    return status;
  }
  void apply_catalog() const {
    auto in = input<purser_catalog_apply_in>();
    in.text = catalog_text;
    in.text_size = std::strlen(catalog_text);
    purser_error *error = nullptr;
    const purser_status status = purser_catalog_apply(p, &in, nullptr, &error);
    INFO((error ? error->message : ""));
    REQUIRE(status == PURSER_OK);
  }
};

/// One delivery with its own copy of everything, signed now.
struct Delivery {
  std::string body, header;
  purser_webhook_receive_in in = input<purser_webhook_receive_in>();
  explicit Delivery(std::string text) : body(std::move(text)), header(signature(body)) {
    in.body = body.data();
    in.body_size = body.size();
    in.signature = header.c_str();
  }
  Delivery(const Delivery &) = delete;
  Delivery &operator=(const Delivery &) = delete;
};

/// Blocks until it is opened; what keeps an engine thread busy.
class Latch {
 public:
  void open() { open_.store(true); }
  void wait() const {
    while (!open_.load()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

 private:
  std::atomic<bool> open_{false};
};

template <class Fact>
bool soon(Fact fact, int most_ms = 20000) {
  for (int i = 0; i < most_ms; i++) {
    if (fact()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return fact();
}

/// What `done` was told, and by whom. Must outlive the call.
struct Told {
  std::atomic<int> times{0};
  std::atomic<purser_status> status{-1};
  std::string text;  ///< of the output, or the error's reason
  std::thread::id thread;
  std::function<void()> then;  ///< runs inside the callback
  std::atomic<bool> returned{false};

  static void done(void *context, purser_status status, const void *out, purser_error *error) {
    Told &told = *static_cast<Told *>(context);
    told.thread = std::this_thread::get_id();
    if (error) told.text = error->reason;
    purser_free(out);
    purser_free(error);
    told.status = status;
    told.times++;
    if (told.then) told.then();
    told.returned = true;
  }
};

inline purser_call call_of(std::int32_t verb, const void *in, Told &told, std::int64_t deadline_ms = 0) {
  auto call = input<purser_call>();
  call.verb = verb;
  call.in = in;
  call.done = &Told::done;
  call.context = &told;
  call.deadline_ms = deadline_ms;
  return call;
}

inline purser_account_read_in read_of(const char *account) {
  auto in = input<purser_account_read_in>();
  in.account = account;
  return in;
}

/// The only worker of a handle with threads = 1, held inside a `done` until `latch` opens: everything submitted later waits.
struct Blocker {
  Told told;
  Latch latch;
  explicit Blocker(purser_handle *p) {
    told.then = [this] { latch.wait(); };
    const purser_account_read_in in = read_of("blocker");
    const purser_call call = call_of(PURSER_VERB_ACCOUNT_READ, &in, told);
    REQUIRE(purser_submit(p, &call, nullptr, nullptr) == PURSER_OK);
    REQUIRE(soon([this] { return told.times == 1; }));
  }
  Blocker(const Blocker &) = delete;
  Blocker &operator=(const Blocker &) = delete;
  ~Blocker() {
    latch.open();
    soon([this] { return told.returned.load(); });
  }
};

}  // namespace capi_test
