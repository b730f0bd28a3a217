// A tiny Stripe for the engine's own tests: customers, prices, sessions, subscriptions, idempotency, and faults where a test wants them.
// The sandbox is the real stand-in; this one is small enough to be read in one sitting, and knows nothing of it.
#pragma once
#include <algorithm>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "ports/http.hpp"
#include "stripe/form.hpp"
#include "support/engine_fixture.hpp"

namespace purser::test {

class FakeStripe : public ports::Http {
 public:
  explicit FakeStripe(std::shared_ptr<ManualClock> clock) : clock_(std::move(clock)) {
    price("price_starter", "app_starter", 4900, "month");
    price("price_pro", "app_pro", 9900, "month");
    price("price_pool", "", 4900, "month");
    price("price_site", "site_once", 1900, "");
  }

  /// What happens to a request instead; return true when the fault has answered.
  std::function<bool(const ports::HttpRequest &, ports::HttpAnswer &)> before;
  /// The answer is made and the effect is there; it may still be spoilt.
  std::function<void(const ports::HttpRequest &, ports::HttpAnswer &)> after;
  std::vector<std::string> log;  ///< METHOD path-without-query

  void send(ports::HttpRequest request, Done done) noexcept override {
    ports::HttpAnswer answer;
    {
      const std::lock_guard lock(mutex_);
      const std::string path = path_of(request);
      log.push_back(request.method + " " + path.substr(0, path.find('?')));
      if (!before || !before(request, answer)) {
        answer = idempotent(request);
        if (after) after(request, answer);
      }
    }
    done(std::move(answer));
  }

  /// An object that stands at Stripe, as JSON.
  void put(const std::string &text) {
    json::object o = json::parse(text).root.as_object();
    const std::string id(json::as_text(&o["id"]));
    objects_[id] = std::move(o);
  }
  std::vector<std::string> events;  ///< what GET /v1/events lists, newest first
  std::size_t events_on_a_page = 100;

  json::object &object(const std::string &id) { return objects_.at(id); }
  bool has(const std::string &id) const { return objects_.contains(id); }
  std::vector<std::string> ids(const std::string &prefix) const {
    std::vector<std::string> found;
    for (const auto &[id, object] : objects_)
      if (id.starts_with(prefix)) found.push_back(id);
    return found;
  }

  /// The buyer pays: a subscription (or a payment) comes to be.
  void pay(const std::string &session) {
    const std::lock_guard lock(mutex_);
    json::object &s = objects_.at(session);
    s["status"] = "complete";
    s["payment_status"] = "paid";
    if (json::as_text(&s["mode"]) != "subscription") return;
    const std::string id = "sub_" + std::to_string(++count_);
    const std::int64_t now = clock_->exact_ms() / 1000;
    const json::object &item = s["fake_item"].as_object();
    objects_[id] = {{"id", id},
                    {"object", "subscription"},
                    {"livemode", false},
                    {"customer", s["customer"]},
                    {"status", "active"},
                    {"metadata", s["fake_data_metadata"]},
                    {"default_payment_method", "pm_1"},
                    {"items",
                     {{"object", "list"},
                      {"data",
                       {{{"id", "si_" + std::to_string(count_)},
                         {"quantity", item.at("quantity")},
                         {"current_period_start", now},
                         {"current_period_end", now + 30 * 86400},
                         {"price", objects_.at(std::string(json::as_text(&item.at("price"))))}}}}}}};
    s["subscription"] = id;
  }

 private:
  void price(const std::string &id, const std::string &key, std::int64_t amount, const std::string &interval) {
    json::object p{{"id", id}, {"object", "price"}, {"active", true}, {"currency", "usd"}, {"unit_amount", amount}};
    p["lookup_key"] = key.empty() ? json::value(nullptr) : json::value(key);
    p["recurring"] = interval.empty() ? json::value(nullptr) : json::value{{"interval", interval}, {"interval_count", 1}};
    objects_[id] = std::move(p);
  }
  static std::string path_of(const ports::HttpRequest &request) { return request.url.substr(request.url.find("/v1/")); }

  ports::HttpAnswer idempotent(const ports::HttpRequest &request) {
    std::string key;
    for (const ports::HttpHeader &header : request.headers)
      if (header.name == "Idempotency-Key") key = header.value;
    if (request.method != "POST") return answer(request);
    if (const auto known = replays_.find(key); known != replays_.end()) return known->second;
    return replays_[key] = answer(request);
  }

  ports::HttpAnswer answer(const ports::HttpRequest &request) {
    const std::string whole = path_of(request);
    const std::string path = whole.substr(0, whole.find('?'));
    const auto form = stripe::Form::parse(request.method == "POST" ? request.body : path == whole ? "" : whole.substr(whole.find('?') + 1));
    fields_.clear();
    for (const auto &[name, value] : form->fields()) fields_[name] = value;
    if (request.method == "POST" && path == "/v1/customers")
      return make("cus_", {{"object", "customer"}, {"metadata", metadata("metadata")}});
    if (request.method == "POST" && path == "/v1/checkout/sessions") return session();
    if (request.method == "POST" && path == "/v1/billing_portal/sessions")
      return make("bps_", {{"object", "billing_portal.session"}, {"url", "https://billing.stripe.com/p/1"}});
    if (request.method == "POST" && path.ends_with("/expire")) return expire(path.substr(22, path.size() - 22 - 7));
    if (request.method != "GET" && path.starts_with("/v1/subscriptions/")) return end_subscription(request.method, path.substr(18));
    if (path == "/v1/prices") return list("price_", "lookup_key", fields_["lookup_keys[0]"]);
    if (path == "/v1/subscriptions") return list("sub_", "customer", fields_["customer"], fields_["status"] == "all" ? "" : "canceled");
    if (path == "/v1/customers") return list("cus_", "", "");
    if (path == "/v1/checkout/sessions") return list("cs_", "", "");
    if (path == "/v1/events")
      return on_behalf(request) ? ok({{"object", "list"}, {"has_more", false}, {"data", json::array{}}}) : event_list();
    const std::string id = path.substr(path.rfind('/') + 1);
    return has(id) ? ok(objects_.at(id)) : missing(id, "id");
  }

  static bool on_behalf(const ports::HttpRequest &request) {
    return std::ranges::any_of(request.headers, [](const ports::HttpHeader &header) { return header.name == "Stripe-Account"; });
  }
  ports::HttpAnswer event_list() {
    json::array data;
    bool more = false, begun = fields_["starting_after"].empty();
    for (const std::string &text : events) {
      json::value e = json::parse(text).root;
      if (*json::as_integer(json::find(&e, "created")) < std::stoll(fields_["created[gte]"])) continue;
      more = data.size() == events_on_a_page;
      if (begun && more) break;
      if (begun) data.push_back(e);
      begun = begun || json::as_text(json::find(&e, "id")) == fields_["starting_after"];
    }
    return ok({{"object", "list"}, {"has_more", more}, {"data", std::move(data)}});
  }
  ports::HttpAnswer session() {
    const std::string customer = fields_["customer"];
    if (!has(customer)) return missing(customer, "customer");
    const bool recurring = fields_["mode"] == "subscription";
    const std::string made = recurring ? "subscription_data" : "payment_intent_data";
    return make(
        "cs_", {{"object", "checkout.session"},
                {"livemode", false},
                {"mode", fields_["mode"]},
                {"status", "open"},
                {"payment_status", "unpaid"},
                {"customer", customer},
                {"url", "https://checkout.stripe.com/c/pay"},
                {"expires_at", clock_->exact_ms() / 1000 + 86400},
                {"metadata", metadata("metadata")},
                {"client_reference_id", fields_["client_reference_id"]},
                {"subscription", nullptr},
                {"fake_data_metadata", metadata(made + "[metadata]")},
                {"fake_item", {{"price", fields_["line_items[0][price]"]}, {"quantity", std::stoll(fields_["line_items[0][quantity]"])}}}});
  }
  ports::HttpAnswer expire(const std::string &id) {
    json::object &s = objects_.at(id);
    if (s["status"] != "open") return error(400, "invalid_request_error", "", "", "not open");
    s["status"] = "expired";
    return ok(s);
  }
  ports::HttpAnswer end_subscription(const std::string &method, const std::string &id) {
    if (!has(id)) return missing(id, "id");
    json::object &s = objects_.at(id);
    if (s["status"] == "canceled") {
      if (method == "DELETE") return missing(id, "id");
      return error(400, "invalid_request_error", "", "", "A canceled subscription can only update its metadata.");
    }
    if (method == "DELETE") s["status"] = "canceled";
    if (fields_["cancel_at_period_end"] == "true") s["cancel_at_period_end"] = true;
    return ok(s);
  }
  json::object metadata(const std::string &under) const {
    json::object entries;
    for (const auto &[name, value] : fields_)
      if (name.starts_with(under + "[")) entries[name.substr(under.size() + 1, name.size() - under.size() - 2)] = value;
    return entries;
  }
  ports::HttpAnswer make(const std::string &prefix, json::object object) {
    const std::string id = prefix + std::to_string(++count_);
    object["id"] = id;
    if (prefix == "cs_") object["url"] = "https://checkout.stripe.com/c/pay/" + id;
    return ok(objects_[id] = std::move(object));
  }
  ports::HttpAnswer list(const std::string &prefix, const std::string &member, const std::string &value,
                         const std::string &not_status = "") {
    json::array data;
    for (const std::string &id : ids(prefix)) {
      const json::object &o = objects_.at(id);
      if (!member.empty() && json::as_text(o.if_contains(member)) != value) continue;
      if (!not_status.empty() && json::as_text(o.if_contains("status")) == not_status) continue;
      data.push_back(o);
    }
    return ok({{"object", "list"}, {"has_more", false}, {"data", std::move(data)}});
  }
  ports::HttpAnswer missing(const std::string &id, const std::string &param) {
    return error(404, "invalid_request_error", "resource_missing", param, "No such object: " + id);
  }

 public:
  ports::HttpAnswer ok(const json::object &object) const {
    return {ports::HttpEnd::answered, 200, headers(), json::canonical(object), {}, {}};
  }
  ports::HttpAnswer error(std::int32_t status, const std::string &type, const std::string &code, const std::string &param,
                          const std::string &message) const {
    json::object e{{"type", type}, {"message", message}};
    if (!code.empty()) e["code"] = code;
    if (!param.empty()) e["param"] = param;
    return {ports::HttpEnd::answered, status, headers(), json::canonical(json::object{{"error", std::move(e)}}), {}, {}};
  }

 private:
  static std::vector<ports::HttpHeader> headers() { return {{"Request-Id", "req_1"}, {"Stripe-Should-Retry", "false"}}; }

  std::shared_ptr<ManualClock> clock_;
  std::mutex mutex_;
  std::map<std::string, json::object> objects_;
  std::map<std::string, ports::HttpAnswer> replays_;
  std::map<std::string, std::string> fields_;
  int count_ = 0;
};

}  // namespace purser::test
