// An engine on a real store, SQLite or PostgreSQL, with a clock that stands where the test puts it, and Stripe's side: signed events.
#pragma once
#include <atomic>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <string>

#include "adapters/system.hpp"
#include "base/hash.hpp"
#include "engine/engine.hpp"
#include "support/test_store.hpp"

namespace purser::test {

class ManualClock : public ports::Clock {
 public:
  explicit ManualClock(TimeMs now) : now_(now) {}
  TimeMs exact_ms() const override { return now_; }
  TimeMs coarse_ms() const override { return now_; }
  void set(TimeMs now) { now_ = now; }

 private:
  std::atomic<TimeMs> now_;
};

inline constexpr TimeMs start_ms = 1'700'000'000'000;
inline constexpr std::int64_t start_s = start_ms / second_ms;
inline const std::string secret = "whsec_engine_test_4f9a";

inline const char *small_catalog = R"json({
  "purser_catalog": 1,
  "features": {"crm": "CRM", "leads": "Leads", "pool": "Mail pool"},
  "meters": {"mails": {"window": "day"}, "seats": {"window": "lifetime"}},
  "products": {
    "app": {"fallback": "free", "aliases": ["the_app"], "tiers": {
      "free": {},
      "starter": {"features": ["leads"], "limits": {"seats": 1},
                  "prices": [{"lookup_key": "app_starter", "id": "price_starter", "currency": "usd", "interval": "month", "unit_amount": 4900}]},
      "pro": {"features": ["leads", "crm"], "limits": {"seats": 5},
              "prices": [{"lookup_key": "app_pro", "id": "price_pro", "currency": "usd", "interval": "month", "unit_amount": 9900}]}}}},
  "add_ons": {"pool": {"features": ["pool"], "limits": {"mails": 800},
              "prices": [{"id": "price_pool", "currency": "usd", "interval": "month", "unit_amount": 4900}]}},
  "one_time": {"site": {"credits": {"seats": 1}, "prices": [{"lookup_key": "site_once", "currency": "usd", "unit_amount": 1900}]}}
})json";

inline std::string signature(const std::string &body, std::int64_t at_s, const std::string &key = secret) {
  const std::string t = std::to_string(at_s);
  return "t=" + t + ",v1=" + hex(HmacKey(key).sign({t, ".", body}));
}

struct EngineOptions {
  std::string path = ":memory:";
  engine::Mode mode = engine::Mode::test;
  bool with_secret = true;
  std::shared_ptr<ports::SqlDatabase> database = nullptr;
  ports::Log log = {};
  std::int64_t resident_accounts_max = 1'000'000;
  std::vector<std::string> connect_accounts = {};
  /// Made for the world's clock; null = nothing can be asked.
  std::function<std::shared_ptr<ports::Http>(std::shared_ptr<ManualClock>)> http = {};
  std::shared_ptr<ManualClock> clock = nullptr;
  std::int64_t payload_days = 90;
};

struct World {
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(start_ms);
  std::unique_ptr<engine::Engine> engine;

  explicit World(const EngineOptions &options = {}) {
    if (options.clock) clock = options.clock;
    engine::Config config;
    config.mode = options.mode;
    config.resident_accounts_max = options.resident_accounts_max;
    config.connect_accounts = options.connect_accounts;
    config.payload_days = options.payload_days;
    if (options.with_secret) config.secrets[""] = {secret};
    config.allowed_origins = {"https://app.example.com"};
    if (options.http) config.secret_key = "sk_test_engine_4f9a8d";
    auto database = options.database ? options.database : test_store(options.path);
    engine = std::make_unique<engine::Engine>(std::move(config), engine::Ports{database, clock, adapters::system_random(), options.log,
                                                                               options.http ? options.http(clock) : nullptr});
  }
  void apply(const std::string &catalog = small_catalog) {
    engine->catalog_apply(catalog, "catalog.json", [](std::string_view) { return std::nullopt; });
  }
  engine::Receipt deliver(const std::string &body) {
    return engine->webhook_receive(body, signature(body, clock->exact_ms() / second_ms), "", 0);
  }
  engine::ReplayReport replay(const std::string &documents) { return engine->replay(documents, true); }
  std::string hash() { return engine->replay("", true).state_hash; }
};

/// A subscription as Stripe renders it today, with the fields that tests vary.
struct Sub {
  std::string id = "sub_1";
  std::string customer = "cus_1";
  std::string status = "active";
  std::string price = "price_pro";
  std::string item = "si_1";
  std::int64_t start = start_s;
  std::int64_t end = start_s + 30 * 86400;
  std::string more = {};  ///< further members, each preceded by a comma
  std::string metadata = "{}";

  std::string json() const {
    std::ostringstream out;
    out << R"({"id":")" << id << R"(","object":"subscription","customer":")" << customer << R"(","status":")" << status
        << R"(","cancel_at_period_end":false,"metadata":)" << metadata << R"(,"items":{"object":"list","data":[{"id":")" << item
        << R"(","object":"subscription_item","quantity":1,"current_period_start":)" << start << R"(,"current_period_end":)" << end
        << R"(,"price":{"id":")" << price << R"(","object":"price","lookup_key":null}}]})" << more << "}";
    return out.str();
  }
};

inline std::string event(const std::string &id, const std::string &type, std::int64_t created, const std::string &object,
                         const std::string &previous = "", const std::string &more = "") {
  return R"({"id":")" + id + R"(","object":"event","api_version":"2026-06-24.dahlia","livemode":false,"type":")" + type +
         R"(","created":)" + std::to_string(created) + R"(,"data":{"object":)" + object +
         (previous.empty() ? "" : R"(,"previous_attributes":)" + previous) + "}" + more + "}";
}

}  // namespace purser::test
