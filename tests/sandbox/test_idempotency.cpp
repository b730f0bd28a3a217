#include "catch.hpp"
#include "sandbox/box.hpp"

namespace json = purser::json;
using purser::sandbox::FaultKind;
using purser::test::Box;
using purser::test::error;
using purser::test::text;

namespace {

bool replayed(const purser::sandbox::Response &response) {
  for (const auto &[key, value] : response.headers)
    if (key == "Idempotent-Replayed") return value == "true";
  return false;
}

}  // namespace

TEST_CASE("the same key answers the same again and does nothing again") {
  Box box;
  const auto first = box.send("POST", "/v1/customers", "email=ann@example.com&name=Ann", "k");
  const auto second = box.send("POST", "/v1/customers", "name=Ann&email=ann%40example.com", "k");
  CHECK(first.body == second.body);
  CHECK_FALSE(replayed(first));
  CHECK(replayed(second));
  CHECK(box.list("/v1/customers").size() == 1);
  CHECK(box.event_types().size() == 1);
}

TEST_CASE("the same key with other parameters or another path is an idempotency_error") {
  Box box;
  box.send("POST", "/v1/customers", "name=Ann", "k");
  for (const auto &answer : {box.send("POST", "/v1/customers", "name=Bea", "k"), box.send("POST", "/v1/products", "name=Ann", "k")}) {
    CHECK(answer.status == 400);
    CHECK(text(error(Box::parsed(answer)), "type") == "idempotency_error");
  }
  CHECK(box.list("/v1/customers").size() == 1);
}

TEST_CASE("a 500 is replayed for its key, and nothing happened") {
  Box box;
  box.fail({FaultKind::status, "/v1/customers", "POST", 500, 0, 1});
  CHECK(box.send("POST", "/v1/customers", "name=Ann", "k").status == 500);
  const auto again = box.send("POST", "/v1/customers", "name=Ann", "k");
  CHECK(again.status == 500);
  CHECK(replayed(again));
  CHECK(box.list("/v1/customers").empty());
  CHECK(box.send("POST", "/v1/customers", "name=Ann", "other").status == 200);
}

TEST_CASE("429 and 409 are not kept, nor is what the parameters were refused for") {
  for (const int status : {429, 409}) {
    Box box;
    box.fail({FaultKind::status, "", "", status, 0, 1});
    CHECK(box.send("POST", "/v1/customers", "name=Ann", "k").status == status);
    CHECK(box.send("POST", "/v1/customers", "name=Ann", "k").status == 200);
  }
  Box box;
  CHECK(box.send("POST", "/v1/customers", "nonsense=1", "k").status == 400);
  CHECK(box.send("POST", "/v1/customers", "name=Ann", "k").status == 200);
}

TEST_CASE("a key is kept for 24 hours of sandbox time") {
  Box box;
  box.send("POST", "/v1/customers", "name=Ann", "k");
  box.advance(purser::day_ms - 1);
  CHECK(replayed(box.send("POST", "/v1/customers", "name=Ann", "k")));
  box.advance(2);
  CHECK_FALSE(replayed(box.send("POST", "/v1/customers", "name=Ann", "k")));
  CHECK(box.list("/v1/customers").size() == 2);
}

TEST_CASE("a lost answer has had its effect; the same key brings the answer") {
  Box box;
  box.fail({FaultKind::lost, "/v1/customers", "", 0, 1, 1});
  CHECK(box.send("POST", "/v1/customers", "name=First").end == purser::sandbox::End::answered);
  CHECK(box.send("POST", "/v1/customers", "name=Ann", "k").end == purser::sandbox::End::lost);
  const auto again = box.send("POST", "/v1/customers", "name=Ann", "k");
  CHECK(again.end == purser::sandbox::End::answered);
  CHECK(replayed(again));
  CHECK(box.list("/v1/customers").size() == 2);
}

TEST_CASE("a request that is not sent has no effect; faults are by path and method and can be forgotten") {
  Box box;
  box.fail({FaultKind::not_sent, "/v1/customers", "POST", 0, 0, -1});
  for (int i = 0; i < 3; ++i) CHECK(box.send("POST", "/v1/customers", "name=Ann").end == purser::sandbox::End::not_sent);
  CHECK(box.send("GET", "/v1/customers").end == purser::sandbox::End::answered);
  CHECK(box.send("POST", "/v1/products", "name=x").status == 200);
  box.fail({});
  CHECK(box.list("/v1/customers").empty());
  CHECK(box.send("POST", "/v1/customers", "name=Ann").status == 200);
}
