// A checkout session is a join of ranks: any order, any repetition, any grouping gives the same session.
#include <algorithm>
#include <random>

#include "catch.hpp"
#include "domain/session.hpp"

using namespace purser::domain;

namespace {

SessionFact seen(std::int64_t created_s, std::string fact, std::string status, std::string payment, std::string customer = {}) {
  SessionFact f{created_s, std::move(fact), {}};
  f.session.status = std::move(status);
  f.session.payment_status = std::move(payment);
  f.session.customer = std::move(customer);
  return f;
}

Session joined(std::vector<SessionFact> facts) {
  std::ranges::sort(facts, {}, &SessionFact::fact);
  const Session first = join(facts);
  std::mt19937 r(1);
  for (int i = 0; i < 50; ++i) {
    std::ranges::shuffle(facts, r);
    REQUIRE(join(facts) == first);
    std::vector<SessionFact> twice = facts;
    twice.insert(twice.end(), facts.begin(), facts.end());
    REQUIRE(join(twice) == first);
  }
  return first;
}

}  // namespace

TEST_CASE("complete beats expired beats open, whichever was created later") {
  CHECK(joined({seen(30, "a", "open", "unpaid"), seen(20, "b", "expired", "unpaid")}).status == "expired");
  CHECK(joined({seen(30, "a", "expired", "unpaid"), seen(20, "b", "complete", "paid")}).status == "complete");
  CHECK(joined({seen(30, "a", "", ""), seen(20, "b", "open", "unpaid")}).status == "open");
  CHECK(joined({seen(30, "a", "someday", ""), seen(20, "b", "open", "unpaid")}).status == "open");
}

TEST_CASE("paid beats no_payment_required beats unpaid, on its own") {
  const Session s = joined({seen(10, "a", "complete", "unpaid", "cus_1"), seen(20, "b", "open", "paid")});
  CHECK(s.status == "complete");
  CHECK(s.payment_status == "paid");
  CHECK(s.customer == "cus_1");  // the other fields come from the fact of the greatest rank
  CHECK(joined({seen(10, "a", "complete", "no_payment_required"), seen(20, "b", "complete", "unpaid")}).payment_status ==
        "no_payment_required");
}

TEST_CASE("a failed asynchronous payment is a flag that stays") {
  SessionFact failed = seen(10, "a", "complete", "unpaid");
  failed.session.async_failed = true;
  const Session s = joined({failed, seen(20, "b", "complete", "paid")});
  CHECK(s.async_failed);
  CHECK(s.payment_status == "paid");
}

TEST_CASE("equal ranks: the later fact gives the other fields, then the greater id") {
  CHECK(joined({seen(10, "a", "open", "unpaid", "cus_1"), seen(20, "b", "open", "unpaid", "cus_2")}).customer == "cus_2");
  CHECK(joined({seen(20, "a", "open", "unpaid", "cus_1"), seen(10, "b", "open", "unpaid", "cus_2")}).customer == "cus_1");
  CHECK(joined({seen(10, "a", "open", "unpaid", "cus_1"), seen(10, "b", "open", "unpaid", "cus_2")}).customer == "cus_2");
  CHECK(joined({seen(10, "a", "open", "unpaid", "cus_1"), seen(10, "a", "open", "unpaid", "cus_2")}).customer == "cus_2");
}

TEST_CASE("no facts, no session") { CHECK(join({}) == Session{}); }
