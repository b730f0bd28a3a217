// Objects that only rise: what each join keeps, in every order and after every repetition.
#include <algorithm>
#include <random>

#include "catch.hpp"
#include "domain/charge.hpp"
#include "domain/dispute.hpp"
#include "domain/entitlement_summary.hpp"
#include "domain/invoice.hpp"
#include "domain/invoice_payment.hpp"
#include "domain/refund.hpp"
#include "domain/transfer.hpp"

using namespace purser::domain;

namespace {

template <class T>
T joined(std::vector<Seen<T>> facts) {
  const auto all = [&] { return join(std::span<const Seen<T>>(facts)); };
  const T first = all();
  std::mt19937 r(1);
  for (int i = 0; i < 30; ++i) {
    std::ranges::shuffle(facts, r);
    REQUIRE(all() == first);
  }
  const std::vector<Seen<T>> again = facts;
  facts.insert(facts.end(), again.begin(), again.end());
  REQUIRE(all() == first);
  return first;
}

Seen<Invoice> invoice(std::int64_t created_s, std::string fact, std::string status, std::int64_t attempts = 0, std::int64_t paid = 0) {
  Seen<Invoice> seen{created_s, std::move(fact), {}};
  seen.state.status = std::move(status);
  seen.state.attempt_count = attempts;
  seen.state.amount_paid = paid;
  seen.state.number = seen.fact;  // tells which fact gave the rest
  return seen;
}
template <class T>
Seen<T> with_status(std::int64_t created_s, std::string fact, std::string status) {
  Seen<T> seen{created_s, std::move(fact), {}};
  seen.state.status = std::move(status);
  return seen;
}

}  // namespace

TEST_CASE("invoice: draft < open < uncollectible < paid, void, whichever was created later") {
  CHECK(joined<Invoice>({invoice(30, "a", "draft"), invoice(20, "b", "open")}).status == "open");
  CHECK(joined<Invoice>({invoice(30, "a", "open"), invoice(20, "b", "uncollectible")}).status == "uncollectible");
  CHECK(joined<Invoice>({invoice(30, "a", "uncollectible"), invoice(20, "b", "paid")}).status == "paid");
  CHECK(joined<Invoice>({invoice(30, "a", "open"), invoice(20, "b", "void")}).status == "void");
  CHECK(joined<Invoice>({invoice(30, "a", "draft"), invoice(20, "b", "deleted")}).status == "deleted");
  CHECK(joined<Invoice>({invoice(30, "a", "paid"), invoice(40, "b", "void")}).status == "void");  // the newest of the greatest rank
  CHECK(joined<Invoice>({invoice(30, "a", "someday"), invoice(20, "b", "draft")}).status == "draft");
}

TEST_CASE("invoice: the rest comes from the newest of the greatest rank; attempts and payments only rise") {
  CHECK(joined<Invoice>({invoice(10, "a", "open", 1), invoice(20, "b", "open", 1), invoice(30, "c", "draft")}).number == "b");
  // Clocks of one second, or skewed: two attempts are later than one.
  CHECK(joined<Invoice>({invoice(21, "a", "open", 1), invoice(20, "b", "open", 2)}).number == "b");
  const Invoice paid = joined<Invoice>({invoice(30, "a", "paid", 0, 100), invoice(20, "b", "open", 3, 40)});
  CHECK(paid.number == "a");
  CHECK(paid.attempt_count == 3);
  CHECK(paid.amount_paid == 100);
  CHECK(joined<Invoice>({invoice(30, "a", "void", 0, 0), invoice(20, "b", "open", 1, 40)}).amount_paid == 40);
}

TEST_CASE("invoice: payments and links that one version carries and another does not are kept") {
  auto old_one = invoice(10, "a", "open"), new_one = invoice(20, "b", "paid");
  old_one.state.charge = "ch_1";
  old_one.state.subscription = "sub_1";
  old_one.state.payment_intents = {"pi_2"};
  new_one.state.payment_intents = {"pi_1", "pi_2"};
  const Invoice i = joined<Invoice>({old_one, new_one});
  CHECK(i.charge == "ch_1");
  CHECK(i.subscription == "sub_1");
  CHECK(i.payment_intents == std::vector<std::string>{"pi_1", "pi_2"});
}

TEST_CASE("invoice: paid until the end of the latest line that is no proration") {
  Invoice i;
  CHECK(i.paid_until_s() == 0);
  i.lines.resize(3);
  i.lines[0].period_end_s = 10;
  i.lines[1].period_end_s = 30;
  i.lines[2].period_end_s = 50;
  i.lines[2].proration = true;
  CHECK(i.paid_until_s() == 30);
}

TEST_CASE("charge: refunds only rise, and a dispute is not forgotten") {
  Seen<Charge> made{30, "a", {}}, back{20, "b", {}};
  made.state.status = back.state.status = "succeeded";
  made.state.invoice = "in_1";
  back.state.amount_refunded = 500;
  back.state.refunded = true;
  Seen<Charge> disputed{10, "c", {}};
  disputed.state.disputed = true;
  const Charge c = joined<Charge>({made, back, disputed});
  CHECK(c.amount_refunded == 500);
  CHECK(c.refunded);
  CHECK(c.disputed);
  CHECK(c.status == "succeeded");
  CHECK(c.invoice == "in_1");
  CHECK(joined<Charge>({with_status<Charge>(30, "a", "pending"), with_status<Charge>(20, "b", "failed")}).status == "failed");
}

TEST_CASE("transfer: what was taken back only rises") {
  Seen<Transfer> made{30, "a", {}}, part{20, "b", {}}, all{10, "c", {}};
  part.state.amount_reversed = 200;
  all.state.amount_reversed = 700;
  all.state.reversed = true;
  CHECK(joined<Transfer>({made, part}).amount_reversed == 200);
  CHECK_FALSE(joined<Transfer>({made, part}).reversed);
  CHECK(joined<Transfer>({made, part, all}).amount_reversed == 700);
  CHECK(joined<Transfer>({made, part, all}).reversed);
}

TEST_CASE("dispute: closed beats open, and what is asked first comes first") {
  const auto status = [](std::string a, std::string b) {  // a was created later
    return joined<Dispute>({with_status<Dispute>(30, "a", std::move(a)), with_status<Dispute>(20, "b", std::move(b))}).status;
  };
  for (const char *closed : {"won", "lost", "warning_closed", "prevented", "charge_refunded"}) {
    CHECK(closed_dispute(closed));
    for (const char *open : {"warning_needs_response", "warning_under_review", "needs_response", "under_review"}) {
      CHECK_FALSE(closed_dispute(open));
      CHECK(status(open, closed) == closed);
    }
  }
  CHECK(status("needs_response", "under_review") == "under_review");
  CHECK(status("warning_under_review", "needs_response") == "needs_response");
  CHECK(status("lost", "won") == "lost");
  CHECK_FALSE(closed_dispute(""));
}

TEST_CASE("refund: a bank can refuse one that had succeeded") {
  const auto status = [](std::string a, std::string b) {
    return joined<Refund>({with_status<Refund>(30, "a", std::move(a)), with_status<Refund>(20, "b", std::move(b))}).status;
  };
  CHECK(status("pending", "requires_action") == "requires_action");
  CHECK(status("requires_action", "succeeded") == "succeeded");
  CHECK(status("succeeded", "failed") == "failed");
  CHECK(status("pending", "canceled") == "canceled");
}

TEST_CASE("invoice payment: open < paid, canceled") {
  using P = InvoicePayment;
  CHECK(joined<P>({with_status<P>(30, "a", "open"), with_status<P>(20, "b", "paid")}).status == "paid");
  CHECK(joined<P>({with_status<P>(30, "a", "open"), with_status<P>(20, "b", "canceled")}).status == "canceled");
}

TEST_CASE("entitlement summary: the newest replaces; two that differ within five seconds leave it open") {
  using S = EntitlementSummary;
  const auto seen = [](std::int64_t created_s, std::string fact, std::vector<StripeEntitlement> held) {
    return Seen<S>{created_s, std::move(fact), {"cus_1", std::move(held), false}};
  };
  const std::vector<StripeEntitlement> crm{{"feat_1", "crm"}}, both{{"feat_1", "crm"}, {"feat_2", "api"}};
  const S replaced = joined<S>({seen(100, "a", both), seen(200, "b", crm)});
  CHECK(replaced.entitlements == crm);
  CHECK_FALSE(replaced.has_more);
  CHECK(joined<S>({seen(200, "a", both), seen(205, "b", crm)}).has_more);
  CHECK_FALSE(joined<S>({seen(200, "a", both), seen(206, "b", crm)}).has_more);
  CHECK_FALSE(joined<S>({seen(200, "a", both), seen(200, "b", both)}).has_more);
  // A list that was asked for later decides; one that was asked for at once does not.
  CHECK_FALSE(joined<S>({seen(200, "a", both), seen(205, "b", crm), seen(217, "fetch", crm)}).has_more);
  CHECK(joined<S>({seen(200, "a", both), seen(205, "b", crm), seen(206, "fetch", both)}).has_more);
  Seen<S> part = seen(300, "c", both);
  part.state.has_more = true;
  CHECK(joined<S>({seen(100, "a", both), part}).has_more);
}

TEST_CASE("no facts, nothing joined") {
  CHECK(join(std::span<const Seen<Invoice>>()) == Invoice{});
  CHECK(join(std::span<const Seen<EntitlementSummary>>()) == EntitlementSummary{});
}
