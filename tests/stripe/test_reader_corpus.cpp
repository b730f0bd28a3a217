// Real payloads of eight years: every subscription, customer and session in them can be read, and its record reads back.
#include <map>

#include "catch.hpp"
#include "corpus.hpp"
#include "stripe/reader.hpp"

using namespace purser;
using namespace purser::test;

namespace {

struct Seen {
  std::map<std::string, int> objects;
  int with_period = 0, with_price = 0, events = 0, folding = 0, with_pre = 0;
};

void check_subscription(const json::object &raw, Seen &seen) {
  const domain::Subscription s = stripe::read_subscription(raw);
  REQUIRE(stripe::subscription_of(stripe::record(s)) == s);
  CHECK_FALSE(s.status.empty());
  CHECK_FALSE(s.customer.empty());
  CHECK_FALSE(s.items.empty());
  seen.with_period += s.period_end() > 0 ? 1 : 0;
  for (const auto &item : s.items) seen.with_price += item.price.empty() ? 0 : 1;
  CHECK(stripe::record(stripe::read_subscription(stripe::undo(raw, {}))) == stripe::record(s));
}

void check_object(const json::object &raw, const std::string &type, Seen &seen) {
  const auto o = stripe::observe_object(raw, false, "");
  REQUIRE(o);
  if (stripe::folding(type) == stripe::Folding::edges) REQUIRE(o->event.post == sha256(o->post_record));
  ++seen.objects[type];
  if (type == "subscription") check_subscription(raw, seen);
  if (type == "customer") REQUIRE(stripe::record(stripe::customer_of(o->post_record)) == o->post_record);
  if (type == "checkout.session") REQUIRE(stripe::record(stripe::session_of(o->post_record)) == o->post_record);
}

void walk(const json::value &v, Seen &seen) {
  if (const json::array *a = v.if_array()) {
    for (const json::value &element : *a) walk(element, seen);
  } else if (const json::object *o = v.if_object()) {
    const std::string type(json::as_text(o->if_contains("object")));
    const bool folds = type == "subscription" || type == "customer" || type == "checkout.session";
    if (folds && !json::as_text(o->if_contains("id")).empty()) check_object(*o, type, seen);
    for (const auto &member : *o) walk(member.value(), seen);
  }
}

Seen read_all(const std::filesystem::path &folder) {
  Seen seen;
  for (const auto &file : documents(folder)) {
    INFO(file.filename());
    const json::value document = load(file);
    walk(document, seen);
    const json::object *event = json::as_object(&document);
    if (!event || json::as_text(event->if_contains("object")) != "event") continue;
    ++seen.events;
    if (const auto o = stripe::observe_event(*event)) {
      ++seen.folding;
      seen.with_pre += o->event.has_pre ? 1 : 0;
    }
  }
  return seen;
}

}  // namespace

TEST_CASE("every object of the corpus that folds can be read") {
  if (without_corpus()) return;
  const Seen events = read_all(corpus() / "events"), exchanges = read_all(corpus() / "exchanges"), objects = read_all(corpus() / "objects");
  for (const Seen *s : {&events, &exchanges, &objects}) {
    std::cout << "corpus: " << s->events << " events, " << s->folding << " that fold, " << s->with_pre << " with a state before;";
    for (const auto &[type, n] : s->objects) std::cout << " " << n << " " << type;
    std::cout << "; " << s->with_period << " with a period, " << s->with_price << " priced items\n";
  }
  CHECK(events.events >= 80);
  CHECK(events.folding >= 10);
  CHECK(events.with_pre >= 2);
  CHECK(exchanges.objects.at("subscription") >= 40);
  CHECK(exchanges.with_period == exchanges.objects.at("subscription"));
  CHECK(exchanges.with_price >= 40);
  CHECK(exchanges.objects.at("customer") >= 200);
}
