// A sandbox for tests: requests as SDKs send them, answers as JSON.
#pragma once
#include <boost/json/parse.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "sandbox/sandbox.hpp"

namespace purser::test {

inline constexpr TimeMs start_ms = 1'767'225'600'000;  // 2026-01-01
inline constexpr std::string_view catalog = R"({
  "purser_catalog": 1, // with comments
  "features": {"crm": "CRM"},
  "products": {"app": {"name": "App", "fallback": "free", "tiers": {
    "free": {},
    "pro": {"name": "Pro", "features": ["crm"], "prices": [
      {"lookup_key": "pro_month", "id": "price_pro_month", "currency": "usd", "interval": "month", "unit_amount": 4900},
      {"lookup_key": "pro_year", "currency": "usd", "interval": "year", "unit_amount": 49000},
      {"id": "old-monthly", "currency": "usd", "interval": "month", "unit_amount": 3900, "retired": true}]},
    "max": {"prices": [{"lookup_key": "max_month", "currency": "usd", "interval": "month", "unit_amount": 14900}]}}}},
  "one_time": {"pack": {"credits": {}, "prices": [{"lookup_key": "pack", "currency": "usd", "unit_amount": 900}]}},
})";

struct Box : sandbox::Sandbox {
  explicit Box(sandbox::Options options = {}) : Sandbox(filled(std::move(options))) {}

  static sandbox::Options filled(sandbox::Options options) {
    if (options.start_ms == 0) options.start_ms = start_ms;
    if (options.catalog_text.empty()) options.catalog_text = catalog;
    return options;
  }

  sandbox::Response send(std::string method, std::string target, std::string body = {}, std::string key = {}) {
    sandbox::Request request;
    request.method = std::move(method);
    const std::size_t mark = target.find('?');
    request.path = target.substr(0, mark);
    if (mark != std::string::npos) request.query = target.substr(mark + 1);
    request.headers = {{"Authorization", "Bearer " + secret_key()}};
    if (!key.empty()) request.headers.emplace_back("Idempotency-Key", key);
    request.body = std::move(body);
    return api(request);
  }
  static json::object parsed(const sandbox::Response &response) { return boost::json::parse(response.body).as_object(); }
  json::object post(std::string target, std::string body = {}) { return parsed(send("POST", std::move(target), std::move(body))); }
  json::object get(std::string target) { return parsed(send("GET", std::move(target))); }
  json::object erase(std::string target) { return parsed(send("DELETE", std::move(target))); }
  json::array list(std::string target) { return get(std::move(target)).at("data").as_array(); }

  /// Types of all events, oldest first.
  std::vector<std::string> event_types(const std::string &filter = {}) {
    std::vector<std::string> out;
    for (const json::value &event : list("/v1/events?limit=100" + filter))
      out.insert(out.begin(), std::string(event.at("type").as_string()));
    return out;
  }
};

inline std::string text(const json::object &object, std::string_view key) { return std::string(json::as_text(object.if_contains(key))); }
inline std::string id(const json::object &object) { return text(object, "id"); }
inline const json::object &error(const json::object &answer) { return answer.at("error").as_object(); }

inline constexpr const char *subscription_form =
    "mode=subscription&line_items[0][price]=price_pro_month&line_items[0][quantity]=1&success_url=https://app.example.com/"
    "welcome?s={CHECKOUT_SESSION_ID}"
    "&customer_email=ann@example.com&metadata[purser_account]=acct_42&subscription_data[metadata][purser_account]=acct_42";

}  // namespace purser::test
