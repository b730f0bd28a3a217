// Faults that other handlers have, each shown twice on the same payloads: on a naive handler as people write it, and on Purser.
// README.md lists them. Every test first REQUIREs that the naive handler shows the fault.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "money/money.hpp"

namespace purser::test {

/// JSON as a handler in a script language sees it: what is not there reads as nothing, and no one is told.
class Json {
 public:
  explicit Json(std::string_view text);
  /// By the path "items.data.0.price.id". Empty where it is absent, null or of another type; text() also shows a number's digits.
  std::string text(std::string_view path) const;
  std::int64_t number(std::string_view path) const;
  bool flag(std::string_view path) const;
  bool has(std::string_view path) const;
  Json at(std::string_view path) const;
  std::size_t size(std::string_view path) const;
  std::string dump() const;

 private:
  struct Value;
  explicit Json(std::shared_ptr<const Value> value) : value_(std::move(value)) {}
  std::shared_ptr<const Value> value_;
};

/// One event. `object` is data.object.
struct Event {
  explicit Event(std::string body);
  std::string body, id, type;
  std::int64_t created = 0;
  Json object;
};
using Events = std::vector<Event>;

/// An event of a version or a shape that the sandbox does not speak; `object` is JSON.
Event event_of(const std::string &id, const std::string &type, std::int64_t created_s, const std::string &object,
               const std::string &more = R"("api_version":"2026-06-24.dahlia","livemode":false)");
Events of_type(const Events &events, std::string_view prefix);
/// The first of that type; fails the test where there is none.
const Event &first_of(const Events &events, std::string_view type);

/// `t=…,v1=…` as Stripe makes it.
std::string signed_by(const std::string &secret, const std::string &body, std::int64_t at_ms);
inline const std::string faults_secret = "whsec_f4u1ts0f0th3rs5h0wn7w1c3";

/// A host, its Stripe, and the letters between them, in the test's hands: any order, any number of times.
class Fault : public Money {
 public:
  Fault();
  /// An engine on an empty store that hears nothing but what it is told.
  Purser another(const char *with_catalog = catalog) const;
  /// What Stripe has said since the last look, as created, 100 at most.
  Events told();
  /// Signed now, with a secret that Purser knows.
  Receipt tell(const Purser &whom, const Event &event) const;
  Receipt tell(const Event &event) const { return tell(purser, event); }
  void tell_all(const Events &events) const;
  SandboxAnswer post(const std::string &path, const std::string &form) const;
  std::string id_of_new(const std::string &path, const std::string &form) const;

 private:
  std::string last_seen_;
};

/// Calls `look` with every order of the events.
void each_order(const Events &events, const std::function<void(const Events &)> &look);

/// Stripe's patience: the same event again until the handler does not throw. False: it gave up after `tries`, three days of them.
template <class Handler>
bool delivered(const Handler &handler, const Event &event, int tries = 16) {
  for (int i = 0; i < tries; ++i) try {
      handler(event);
      return true;
    } catch (const std::exception &) {}
  return false;
}

}  // namespace purser::test
