// What went back of what was paid: a function of the set of objects, to the minor unit.
#include <rapidcheck.h>

#include <algorithm>
#include <functional>
#include <random>

#include "catch.hpp"
#include "domain/grant.hpp"
#include "domain/money.hpp"

namespace {

using namespace purser;
using namespace purser::domain;

constexpr std::int64_t start_s = 1'700'000'000, end_s = start_s + 30 * 86400;

Invoice invoice(std::int64_t paid, std::int64_t line_start_s = start_s, const std::string &item = "si_1") {
  Invoice i;
  i.subscription = "sub_1";
  i.status = "paid";
  i.amount_paid = paid;
  InvoiceLine line;
  line.price = "price_pro";
  line.subscription_item = item;
  line.period_start_s = line_start_s;
  line.period_end_s = end_s;
  i.lines = {line};
  return i;
}
const SubscriptionItem item{"si_1", "price_pro", 1, start_s, end_s};
InvoicePayment payment(const std::string &of, const std::string &intent) {
  InvoicePayment p;
  p.invoice = of;
  p.payment_intent = intent;
  return p;
}
Charge charge(const std::string &intent, std::int64_t amount, std::int64_t refunded, const std::string &of = "") {
  Charge c;
  c.payment_intent = intent;
  c.invoice = of;
  c.amount = amount;
  c.amount_refunded = refunded;
  c.status = "succeeded";
  return c;
}
Refund refund(const std::string &of_charge, const std::string &intent, std::int64_t amount, const std::string &status = "succeeded") {
  Refund r;
  r.charge = of_charge;
  r.payment_intent = intent;
  r.amount = amount;
  r.status = status;
  return r;
}
Dispute dispute(const std::string &of_charge, const std::string &status) {
  Dispute d;
  d.charge = of_charge;
  d.amount = 100;
  d.status = status;
  return d;
}

using Add = std::function<void(Money &)>;
template <class T>
Add add(std::string id, T object) {
  return [id = std::move(id), object = std::move(object)](Money &money) { money.add(id, object); };
}

Money all(const std::vector<Add> &adds) {
  Money money;
  for (const Add &one : adds) one(money);
  return money;
}

}  // namespace

TEST_CASE("wholly is all of it: one minor unit less is not", "[money]") {
  const auto back = [](std::int64_t refunded) {
    return all({add("in_1", invoice(500)), add("inpay_1", payment("in_1", "pi_1")), add("ch_1", charge("pi_1", 500, refunded))}).of("in_1");
  };
  CHECK(back(500).wholly());
  CHECK_FALSE(back(499).wholly());
  CHECK_FALSE(back(0).wholly());
  CHECK_FALSE(all({add("in_1", invoice(0))}).of("in_1").wholly());  // nothing was paid, so nothing was given back
  CHECK_FALSE(Money().of("in_1").wholly());
}

TEST_CASE("a charge's sum and its refunds are the same money, told twice; two payments of one invoice are two", "[money]") {
  const Add base = add("in_1", invoice(500)), link = add("inpay_1", payment("in_1", "pi_1"));
  CHECK(all({base, link, add("ch_1", charge("pi_1", 500, 300)), add("re_1", refund("ch_1", "pi_1", 300))}).of("in_1").refunded == 300);
  CHECK(all({base, link, add("ch_1", charge("pi_1", 500, 300)), add("re_1", refund("ch_1", "pi_1", 300, "failed"))}).of("in_1").refunded ==
        0);
  // Failed once, succeeded then: the charge's greatest sum is of both.
  CHECK(all({base, link, add("ch_1", charge("pi_1", 500, 500)), add("re_1", refund("ch_1", "pi_1", 500, "canceled")),
             add("re_2", refund("ch_1", "pi_1", 500))})
            .of("in_1")
            .wholly());
  const Add second = add("inpay_2", payment("in_1", "pi_2"));
  CHECK(all({base, link, second, add("ch_1", charge("pi_1", 250, 250)), add("re_2", refund("ch_2", "pi_2", 250))}).of("in_1").refunded ==
        500);
}

TEST_CASE("the current period's money: lines of the item that begin in it, to the second", "[money]") {
  const auto back = [](std::int64_t line_start_s, const std::string &line_item = "si_1") {
    return all({add("in_1", invoice(500, line_start_s, line_item)), add("ch_1", charge("pi_1", 500, 500, "in_1"))}).of_item("sub_1", item);
  };
  CHECK(back(start_s).wholly());
  CHECK(back(end_s - 1).wholly());
  CHECK_FALSE(back(start_s - 1).wholly());
  CHECK_FALSE(back(end_s).wholly());
  CHECK_FALSE(back(start_s, "si_2").wholly());
  CHECK(back(start_s, "").wholly());  // an old shape: told by the price
  Money money = all({add("in_1", invoice(500)), add("ch_1", charge("pi_1", 500, 500, "in_1"))});
  CHECK_FALSE(money.of_item("sub_2", item).wholly());
  CHECK_FALSE(money.of_item("sub_1", {"si_1", "price_pro", 1, 0, 0}).wholly());
  // A second invoice of the period of which nothing went back.
  money.add("in_2", invoice(1, start_s + 5));
  CHECK_FALSE(money.of_item("sub_1", item).wholly());
}

TEST_CASE("disputes that take money, and those that do not", "[money]") {
  const auto taken = [](const std::string &status) {
    return all({add("in_1", invoice(500)), add("ch_1", charge("pi_1", 500, 0, "in_1")), add("dp_1", dispute("ch_1", status))})
        .of("in_1")
        .dispute;
  };
  for (const char *status : {"needs_response", "under_review", "lost"}) CHECK(taken(status));
  for (const char *status :
       {"won", "warning_needs_response", "warning_under_review", "warning_closed", "prevented", "charge_refunded", "a_new_word"})
    CHECK_FALSE(taken(status));
}

TEST_CASE("the sums saturate instead of overflowing", "[money]") {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const Money money = all({add("in_1", invoice(most)), add("re_1", refund("ch_1", "pi_1", most)), add("re_2", refund("ch_1", "pi_1", most)),
                           add("inpay_1", payment("in_1", "pi_1"))});
  CHECK(money.of("in_1").refunded == most);
  CHECK(money.of("in_1").wholly());
}

TEST_CASE("Property: no order of the objects counts, and an id more of another payment changes nothing", "[money]") {
  std::size_t whole = 0, partly = 0;
  CHECK(rc::check("order", [&](std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto number = [&](int most) { return static_cast<std::int64_t>(random() % static_cast<unsigned>(most)); };
    std::vector<Add> adds;
    for (int n = 0; n < 3; ++n) {
      const std::string i = std::to_string(n), intent = "pi_" + i, in = "in_" + i, ch = "ch_" + i;
      const bool old = number(2) == 0;
      adds.push_back(add(in, invoice(100, start_s - number(2))));
      if (!old) adds.push_back(add("inpay_" + i, payment(in, intent)));
      if (old || number(2) == 0) adds.push_back(add(ch, charge(intent, 100, number(3) * 50, old ? in : "")));
      for (int r = 0; r < 2; ++r)
        adds.push_back(
            add("re_" + i + std::to_string(r), refund(ch, number(2) == 0 ? intent : "", 50, number(3) == 0 ? "failed" : "succeeded")));
      if (number(3) == 0) adds.push_back(add("dp_" + i, dispute(ch, number(2) == 0 ? "lost" : "won")));
    }
    const auto numbers = [&](const std::vector<Add> &order) {
      const Money money = all(order);
      const GivenBack back = money.of_item("sub_1", item), first = money.of("in_0");
      return std::tuple(back.paid, back.refunded, back.dispute, first.paid, first.refunded, first.dispute);
    };
    const auto expected = numbers(adds);
    whole += std::get<3>(expected) == std::get<4>(expected);
    partly += std::get<4>(expected) > 0 && std::get<4>(expected) < std::get<3>(expected);
    for (int n = 0; n < 5; ++n) {
      std::ranges::shuffle(adds, random);
      RC_ASSERT(numbers(adds) == expected);
    }
    adds.push_back(add("ch_x", charge("pi_x", 100, 100)));
    adds.push_back(add("re_x", refund("ch_x", "pi_x", 100)));
    RC_ASSERT(numbers(adds) == expected);
  }));
  CHECK(whole > 5);
  CHECK(partly > 5);
}
