// Deliveries: signed, in any order, repeated, lost, late, and with two secrets while one is rolled.
#include <set>

#include "catch.hpp"
#include "sandbox/box.hpp"
#include "stripe/signature.hpp"

using purser::sandbox::Deliver;
using purser::sandbox::Delivery;
using purser::sandbox::Order;
using purser::sandbox::Report;
using purser::test::Box;

namespace {

void fill(Box &box, int count) {
  for (int i = 0; i < count; ++i) box.post("/v1/customers", "name=" + std::to_string(i));
}

struct Host {
  std::vector<std::string> seen;
  int answer = 200;
  Report take(Box &box, const Deliver &how) {
    seen.clear();
    return box.deliver(how, [this](const Delivery &delivery) {
      seen.push_back(delivery.event);
      return answer;
    });
  }
};

bool verifies(const Delivery &delivery, const std::string &secret, std::int64_t now_s) {
  const std::vector<std::string> secrets = {secret};
  return purser::stripe::Secrets(secrets).verify(delivery.signature, delivery.body, now_s, 300) == purser::stripe::Verdict::accepted;
}

}  // namespace

TEST_CASE("in order, reversed, shuffled, repeated") {
  Box box;
  fill(box, 10);
  Host host;
  host.answer = 500;  // so that they go on waiting
  const Report refused = host.take(box, {});
  CHECK(refused.refused == 10);
  CHECK(refused.waiting == 10);
  const std::vector<std::string> in_order = host.seen;
  Deliver how;
  how.order = Order::reversed;
  host.take(box, how);
  CHECK(std::vector<std::string>(host.seen.rbegin(), host.seen.rend()) == in_order);
  how.order = Order::shuffled;
  how.repeat = 3;
  host.answer = 200;
  const Report done = host.take(box, how);
  CHECK(host.seen.size() == 30);
  CHECK(std::vector<std::string>(host.seen.begin(), host.seen.begin() + 10) != in_order);
  CHECK(std::set<std::string>(host.seen.begin(), host.seen.end()).size() == 10);
  CHECK(done.delivered == 10);
  CHECK(done.requests == 30);
  CHECK(done.waiting == 0);
}

TEST_CASE("what is dropped never arrives and stays listed as not delivered") {
  Box box;
  fill(box, 100);
  Host host;
  Deliver how;
  how.drop_percent = 40;
  const Report report = host.take(box, how);
  CHECK(report.dropped > 20);
  CHECK(report.dropped < 60);
  CHECK(report.delivered == 100 - report.dropped);
  CHECK(report.waiting == 0);
  CHECK(static_cast<std::int64_t>(box.event_types("&delivery_success=false").size()) == report.dropped);
  how.drop_percent = 100;
  fill(box, 3);
  CHECK(host.take(box, how).dropped == 3);
}

TEST_CASE("only one type, only what has waited long enough") {
  Box box;
  fill(box, 2);
  box.post("/v1/products", "name=x");
  Host host;
  Deliver how;
  how.only = {"product.created"};
  CHECK(host.take(box, how).delivered == 1);
  box.advance(purser::hour_ms);
  fill(box, 1);
  how = {};
  how.older_than_ms = purser::hour_ms;
  const Report report = host.take(box, how);
  CHECK(report.delivered == 2);
  CHECK(report.waiting == 1);
}

TEST_CASE("signatures are of the sandbox's clock and secret; rolled, of both for a day") {
  Box box;
  fill(box, 1);
  const std::string old = box.webhook_secret(), now = box.rotate_secret();
  CHECK(old != now);
  const auto judge = [&](bool by_old, bool by_new) {
    Deliver how;
    box.deliver(how, [&](const Delivery &delivery) {
      const std::int64_t now_s = box.now_ms() / 1000;
      CHECK(verifies(delivery, old, now_s) == by_old);
      CHECK(verifies(delivery, now, now_s) == by_new);
      return 500;
    });
  };
  judge(true, true);
  box.advance(purser::day_ms + 1000);
  judge(false, true);
  Deliver wrong;
  wrong.wrongly_signed = true;
  box.deliver(wrong, [&](const Delivery &delivery) {
    CHECK_FALSE(verifies(delivery, now, box.now_ms() / 1000));
    return 500;
  });
}

TEST_CASE("what arrived is forgotten after thirty days, what waits is not") {
  Box box;
  fill(box, 1);
  Host host;
  host.take(box, {});
  box.advance(29 * purser::day_ms);
  CHECK(box.event_types().size() == 1);
  box.advance(2 * purser::day_ms);
  CHECK(box.event_types().empty());
  fill(box, 1);
  box.advance(60 * purser::day_ms);
  CHECK(box.event_types().size() == 1);
}
