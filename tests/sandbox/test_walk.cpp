// Seeded walks over all verbs: what every event says is what the API shows, and the same seed says it again.
#include <map>
#include <random>
#include <set>

#include "base/error.hpp"
#include "catch.hpp"
#include "sandbox/box.hpp"
#include "sandbox/value.hpp"

namespace json = purser::json;
using purser::day_ms;
using purser::sandbox::Buyer;
using purser::sandbox::Card;
using purser::test::Box;
using purser::test::id;
using purser::test::text;

namespace {

class Walk {
 public:
  explicit Walk(unsigned seed, bool judged) : random_(seed), judged_(judged), box_(options(seed)) {}

  void run(int steps) {
    for (int i = 0; i < steps; ++i) {
      try {
        step();
      } catch (const purser::Failure &) {  // not possible at this moment
      }
      if (judged_) judge();
    }
  }
  Box &box() { return box_; }
  int updates() const { return updates_; }
  const std::set<std::string> &seen() const { return seen_; }

 private:
  static purser::sandbox::Options options(unsigned seed) {
    purser::sandbox::Options made;
    made.seed = seed;
    made.draft_minutes = seed % 3 == 0 ? 60 : 0;
    return made;
  }
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  const std::string &any(const std::vector<std::string> &list) { return list[below(static_cast<unsigned>(list.size()))]; }

  void step() {
    if (subscriptions_.empty() || below(5) == 0) return buy();
    const std::string &subscription = any(subscriptions_);
    const std::string path = "/v1/subscriptions/" + subscription;
    switch (below(16)) {
      case 0: return box_.cancel(subscription, true);
      case 1: return below(4) == 0 ? box_.cancel(subscription, false) : box_.resume(subscription);
      case 2: return box_.swap(subscription, any({"max_month", "pro_month", "pro_year"}), below(3));
      case 3: return box_.card(text(box_.get(path), "customer"), static_cast<Card>(below(4)));
      case 4: return void(box_.post(path, "metadata[n]=" + std::to_string(below(3)) + "&metadata[gone]="));
      case 5:
        return void(box_.post(path, any({"cancel_at_period_end=true", "cancel_at_period_end=false", "pause_collection[behavior]=void",
                                         "pause_collection="})));
      case 7: return box_.refund(subscription, below(2) * 100);
      case 8: return box_.dispute(subscription, static_cast<purser::sandbox::DisputeOutcome>(below(3)));
      case 9: return box_.confirm(subscription);
      case 10: return reschedule(path);
      case 11: return ask_for_more(path);
      case 12:
        return below(6) == 0 ? box_.delete_customer(text(box_.get(path), "customer"))
                             : box_.pause(subscription, "void", box_.now_ms() + 9 * day_ms);
      case 6:
        return void(box_.post("/v1/customers/" + text(box_.get(path), "customer"),
                              any({"name=Ann", "name=", "metadata[a]=1", "metadata=", "phone=1"})));
      default: return box_.advance(below(3) == 0 ? 5 * purser::hour_ms : (1 + below(20)) * day_ms);
    }
  }

  /// A quantity that takes effect when it is paid; sometimes the card is good again before it expires.
  void ask_for_more(const std::string &path) {
    const json::object now = box_.get(path);
    box_.post(path, "items[0][id]=" + text(now.at("items").at("data").at(0).as_object(), "id") + "&items[0][quantity]=" +
                        std::to_string(1 + below(3)) + "&payment_behavior=pending_if_incomplete&proration_behavior=always_invoice");
    if (below(3) == 0) box_.card(text(now, "customer"), Card::good);
  }

  /// A schedule of it, with a phase of another quantity after this period; or the end of the one that is there.
  void reschedule(const std::string &path) {
    const json::object now = box_.get(path);
    if (!now.at("schedule").is_null()) {
      box_.send("POST", "/v1/subscription_schedules/" + text(now, "schedule") + (below(4) == 0 ? "/cancel" : "/release"));
      return;
    }
    const json::object made = box_.post("/v1/subscription_schedules", "from_subscription=" + id(now));
    if (made.contains("error")) return;
    const json::object phase = made.at("phases").at(0).as_object();
    const std::string price = text(phase.at("items").at(0).as_object(), "price"), start = std::to_string(phase.at("start_date").as_int64()),
                      end = std::to_string(phase.at("end_date").as_int64());
    box_.post("/v1/subscription_schedules/" + id(made),
              "phases[0][items][0][price]=" + price + "&phases[0][start_date]=" + start + "&phases[0][end_date]=" + end +
                  "&phases[1][items][0][price]=" + any({price, "price_pro_month"}) +
                  "&phases[1][items][0][quantity]=" + std::to_string(1 + below(3)) + "&phases[1][iterations]=1");
  }

  void buy() {
    static const std::vector<std::string> more = {"", "&subscription_data[trial_period_days]=7",
                                                  "&payment_method_collection=if_required&subscription_data[trial_period_days]=5",
                                                  "&subscription_data[billing_mode][type]=classic"};
    const json::object session = box_.post("/v1/checkout/sessions",
                                           "mode=subscription&line_items[0][price]=price_pro_month&line_items[0][quantity]=1"
                                           "&success_url=https://app.example.com" +
                                               any(more));
    Buyer buyer;
    if (below(5) == 0) buyer.card = Card::declined;
    box_.pay(id(session), buyer);
    const std::string made = text(box_.get("/v1/checkout/sessions/" + id(session)), "subscription");
    if (!made.empty()) subscriptions_.push_back(made);
  }

  json::object read(const std::string &kind, const std::string &name) {
    static const std::map<std::string, std::string> paths = {{"customer", "customers"},
                                                             {"subscription", "subscriptions"},
                                                             {"invoice", "invoices"},
                                                             {"charge", "charges"},
                                                             {"refund", "refunds"},
                                                             {"dispute", "disputes"},
                                                             {"subscription_schedule", "subscription_schedules"}};
    return box_.get("/v1/" + paths.at(kind) + "/" + name);
  }

  /// New events, oldest first: each undone is the state before it; the last is what a GET shows.
  void judge() {
    std::vector<json::object> fresh;
    std::string after;
    for (bool more = true; more;) {
      const json::object page = box_.get("/v1/events?limit=100" + after);
      more = page.at("has_more").as_bool();
      for (const json::value &event : page.at("data").as_array()) {
        if (event.at("id").as_string() == newest_) {
          more = false;
          break;
        }
        fresh.insert(fresh.begin(), event.as_object());
        after = "&starting_after=" + std::string(event.at("id").as_string());
      }
    }
    if (!fresh.empty()) newest_ = id(fresh.back());
    std::map<std::string, json::object> last;
    for (const json::object &event : fresh) {
      seen_.insert(text(event, "type"));
      const json::object &data = event.at("data").as_object(), &object = data.at("object").as_object();
      const std::string kind = text(object, "object"), name = id(object);
      if (!watched(kind) || name.empty()) continue;  // an upcoming invoice has no id
      if (data.contains("previous_attributes")) {
        ++updates_;
        INFO(text(event, "type") << " " << name);
        REQUIRE(known_.contains(name));
        REQUIRE(data.at("previous_attributes") == json::value(purser::sandbox::difference(known_.at(name), object)));
      }
      known_[name] = last[name] = object;
    }
    for (const auto &[name, object] : last) {
      INFO(name);
      const json::object shown = read(text(object, "object"), name);
      if (!shown.contains("deleted")) REQUIRE(shown == object);
    }
  }

  static bool watched(const std::string &kind) {
    for (const char *each : {"customer", "subscription", "invoice", "charge", "refund", "dispute", "subscription_schedule"})
      if (kind == each) return true;
    return false;
  }

  std::mt19937 random_;
  bool judged_;
  Box box_;
  std::vector<std::string> subscriptions_;
  std::map<std::string, json::object> known_;
  std::string newest_;
  int updates_ = 0;
  std::set<std::string> seen_;
};

std::string everything(Box &box) {
  std::string out;
  for (const char *path : {"/v1/events", "/v1/customers", "/v1/subscriptions?status=all", "/v1/invoices", "/v1/charges"})
    out += box.send("GET", std::string(path) + (std::string(path).find('?') == std::string::npos ? "?" : "&") + "limit=100").body;
  purser::sandbox::Deliver how;
  how.order = purser::sandbox::Order::shuffled;
  how.repeat = 2;
  how.drop_percent = 10;
  box.deliver(how, [&](const purser::sandbox::Delivery &delivery) {
    out += delivery.event + delivery.signature + delivery.body;
    return 200;
  });
  return out;
}

}  // namespace

TEST_CASE("previous_attributes are the difference of what the API shows, along seeded walks") {
  int updates = 0;
  std::set<std::string> seen;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    Walk walk(seed, true);
    walk.run(80);
    updates += walk.updates();
    seen.insert(walk.seen().begin(), walk.seen().end());
  }
  CHECK(updates > 1000);
  for (const char *type : {"charge.refunded", "charge.refund.updated", "charge.dispute.closed", "customer.deleted",
                           "customer.subscription.pending_update_applied", "customer.subscription.pending_update_expired",
                           "invoice.payment_action_required", "invoice.voided", "subscription_schedule.updated",
                           "subscription_schedule.released", "subscription_schedule.canceled", "subscription_schedule.expiring"}) {
    INFO(type);
    CHECK(seen.contains(type));
  }
}

TEST_CASE("the same seed and the same calls say the same, byte for byte; another seed has other ids") {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    Walk one(seed, false), two(seed, false);
    one.run(60);
    two.run(60);
    CHECK(everything(one.box()) == everything(two.box()));
  }
  Walk one(1, false), two(2, false);
  CHECK(one.box().secret_key() != two.box().secret_key());
}
