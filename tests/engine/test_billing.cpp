// Invoices, what is due, what to tell; and what connected accounts earned.
#include <algorithm>

#include "catch.hpp"
#include "engine/money_documents.hpp"

using namespace purser;
using namespace purser::test;

namespace {

std::string payout(const std::string &id, const std::string &status, std::int64_t amount, std::int64_t created = start_s) {
  return R"({"id":")" + id + R"(","object":"payout","amount":)" + text(amount) + R"(,"currency":"usd","status":")" + status +
         R"(","arrival_date":)" + text(created + 86400) + R"(,"created":)" + text(created) + "}";
}
std::string transfer(const std::string &id, const std::string &destination, std::int64_t amount, std::int64_t reversed = 0) {
  return R"({"id":")" + id + R"(","object":"transfer","amount":)" + text(amount) + R"(,"amount_reversed":)" + text(reversed) +
         R"(,"reversed":)" + (amount == reversed ? "true" : "false") + R"(,"currency":"usd","destination":")" + destination +
         R"(","created":)" + text(start_s) + "}";
}
std::string of(const std::string &stripe_account) { return R"(,"account":")" + stripe_account + "\""; }

struct Connect : World {
  Connect() : World({.mode = engine::Mode::offline, .connect_accounts = {"acct_x", "acct_y"}}) { apply(); }
  engine::Earned sum(const std::string &account = "acct_x") {
    const engine::Earnings earnings = engine->earning_read(account, 0, "");
    return earnings.sums.empty() ? engine::Earned{} : earnings.sums.at(0);
  }
};

const std::string bought = event("evt_s", "customer.subscription.created", start_s, Sub{.metadata = own_account}.json());

}  // namespace

TEST_CASE("invoices: newest first, page by page, with what was refunded and disputed") {
  World world;
  world.apply();
  world.deliver(bought);
  for (int n = 0; n < 7; ++n) {
    const Paid one{.invoice = "in_" + text(n), .intent = "pi_" + text(n), .charge = "ch_" + text(n), .start = start_s + n / 2};
    world.deliver(event("evt_i" + text(n), "invoice.paid", start_s + n, one.invoice_json(true)));
  }
  const Paid third{.invoice = "in_3", .intent = "pi_3", .charge = "ch_3"};
  world.deliver(event("evt_c", "charge.refunded", start_s + 50, third.charge_json(900)));
  world.deliver(event("evt_d", "charge.dispute.created", start_s + 50, third.dispute_json("under_review")));
  world.deliver(event("evt_x", "invoice.paid", start_s, Paid{.invoice = "in_other", .customer = "cus_2"}.invoice_json()));

  std::vector<std::string> ids;
  std::string next;
  int pages = 0;
  do {
    const engine::InvoiceList page = world.engine->invoice_list("acct_42", 3, next);
    CHECK(page.invoices.size() <= 3);
    for (const engine::InvoiceListed &one : page.invoices) ids.push_back(one.invoice);
    next = page.next;
    ++pages;
  } while (!next.empty());
  CHECK(pages == 3);
  CHECK(ids == std::vector<std::string>{"in_6", "in_5", "in_4", "in_3", "in_2", "in_1", "in_0"});

  const engine::InvoiceListed found = world.engine->invoice_list("acct_42", 0, "").invoices.at(3);
  CHECK(found.amount_refunded == 900);
  CHECK(found.disputed);
  CHECK(found.amount_paid == 9900);
  CHECK(found.amount_remaining == 0);
  CHECK(found.number == "N-in_3");
  CHECK(found.hosted_url == "https://invoice.stripe.com/i/in_3");
  CHECK(found.period_end_ms == to_ms(start_s + month_s));
  CHECK(world.engine->invoice_list("acct_42", 7, "").next.empty());
  CHECK(world.engine->invoice_list("nobody", 0, "").invoices.empty());
  CHECK_THROWS_AS(world.engine->invoice_list("acct_42", 1001, ""), Failure);
  CHECK_THROWS_AS(world.engine->invoice_list("acct_42", 0, "in_3"), Failure);
  CHECK_THROWS_AS(world.engine->invoice_list("", 0, ""), Failure);
}

TEST_CASE("billing: a failed payment is told with its page and what is owed; paid, both are gone") {
  World world;
  world.apply();
  const Sub due{
      .status = "past_due", .more = R"(,"latest_invoice":"in_1","collection_method":"charge_automatically")", .metadata = own_account};
  world.deliver(event("evt_s", "customer.subscription.updated", start_s, due.json()));
  // The subscription alone says it already.
  REQUIRE(world.engine->billing_read("acct_42", std::nullopt).notices.size() == 1);
  const Paid failed{.status = "open", .more = R"(,"attempted":true,"attempt_count":1,"next_payment_attempt":)" + text(start_s + 3 * 86400)};
  world.deliver(event("evt_i", "invoice.payment_failed", start_s, failed.invoice_json()));
  engine::Billing billing = world.engine->billing_read("acct_42", std::nullopt);
  CHECK(billing.customer == "cus_1");
  REQUIRE(billing.subscriptions.size() == 1);
  CHECK(billing.subscriptions[0].items == "app/pro");
  CHECK(billing.subscriptions[0].status == "past_due");
  CHECK(billing.subscriptions[0].period_end_ms == to_ms(start_s + month_s));
  REQUIRE(billing.notices.size() == 1);
  CHECK(billing.notices[0].kind == "payment_failed");
  CHECK(billing.notices[0].amount == 9900);
  CHECK(billing.notices[0].at_ms == to_ms(start_s + 3 * 86400));
  CHECK(billing.notices[0].url == "https://invoice.stripe.com/i/in_1");
  REQUIRE(billing.owed.size() == 1);
  CHECK(billing.owed[0].currency == "usd");
  CHECK(billing.owed[0].amount == 9900);
  CHECK(billing.owed[0].invoices == 1);

  world.deliver(event("evt_i2", "invoice.paid", start_s + 60, Paid{}.invoice_json()));
  world.deliver(event("evt_s2", "customer.subscription.updated", start_s + 60, Sub{.metadata = own_account}.json(),
                      R"({"status":"past_due","latest_invoice":"in_1","collection_method":"charge_automatically"})"));
  billing = world.engine->billing_read("acct_42", std::nullopt);
  CHECK(billing.notices.empty());
  CHECK(billing.owed.empty());
}

TEST_CASE("billing: a trial is ending in its last three days; a cancellation, a pause, a schedule are shown") {
  World world;
  world.apply();
  const std::int64_t end = start_s + 10 * 86400;
  const Sub trial{
      .status = "trialing", .more = R"(,"trial_start":)" + text(start_s) + R"(,"trial_end":)" + text(end), .metadata = own_account};
  world.deliver(event("evt_1", "customer.subscription.created", start_s, trial.json()));
  const auto kinds = [&](TimeMs at) {
    std::string told;
    for (const engine::Notice &notice : world.engine->billing_read("acct_42", at).notices) told += notice.kind + " ";
    return told;
  };
  CHECK(kinds(to_ms(end) - 3 * day_ms - 1).empty());
  CHECK(kinds(to_ms(end) - 3 * day_ms) == "trial_ending ");
  CHECK(kinds(to_ms(end) - 1) == "trial_ending ");
  CHECK(kinds(to_ms(end)).empty());
  const auto grant = world.engine->account_read("acct_42", std::nullopt).grants.at(0);
  CHECK(grant.trial_end_ms == to_ms(end));
  CHECK(grant.period_end_ms == to_ms(start_s + month_s));

  const Sub other{.id = "sub_2",
                  .item = "si_2",
                  .more = R"(,"cancel_at":)" + text(end) + R"(,"pause_collection":{"behavior":"void","resumes_at":)" + text(end) + "}",
                  .metadata = own_account};
  world.deliver(event("evt_2", "customer.subscription.created", start_s, other.json()));
  CHECK(kinds(start_ms) == "paused cancels ");
  const std::string schedule =
      R"({"id":"sub_sched_1","object":"subscription_schedule","customer":"cus_1","subscription":"sub_2","status":"active","end_behavior":"release","phases":[]})";
  const auto before = world.engine->account_read("acct_42", start_ms).state_hash;
  world.deliver(event("evt_3", "subscription_schedule.created", start_s, schedule));
  const engine::Billing billing = world.engine->billing_read("acct_42", start_ms);
  CHECK(std::ranges::find(billing.subscriptions, "sub_2", &engine::SubscriptionHeld::subscription)->schedule == "sub_sched_1");
  CHECK(std::ranges::find(billing.subscriptions, "sub_2", &engine::SubscriptionHeld::subscription)->cancels_at_ms == to_ms(end));
  CHECK(world.engine->account_read("acct_42", start_ms).state_hash == before);  // a schedule says what will be, and nothing of access
}

TEST_CASE("billing: a dispute and a full refund of the current period are told with their amount") {
  World world;
  world.apply();
  for (const std::string &body : {bought, event("evt_i", "invoice.paid", start_s, Paid{}.invoice_json(true)),
                                  event("evt_d", "charge.dispute.created", start_s + 50, Paid{}.dispute_json("needs_response"))})
    world.deliver(body);
  REQUIRE(world.engine->billing_read("acct_42", std::nullopt).notices.size() == 1);
  const engine::Notice disputed = world.engine->billing_read("acct_42", std::nullopt).notices[0];
  CHECK(disputed.kind == "disputed");
  CHECK(disputed.amount == 9900);
  CHECK(disputed.currency == "usd");
  world.deliver(event("evt_d2", "charge.dispute.closed", start_s + 90, Paid{}.dispute_json("won")));
  CHECK(world.engine->billing_read("acct_42", std::nullopt).notices.empty());
  world.deliver(event("evt_r", "refund.created", start_s + 99, Paid{}.refund_json("re_1", 9900)));
  REQUIRE(world.engine->billing_read("acct_42", std::nullopt).notices.size() == 1);
  CHECK(world.engine->billing_read("acct_42", std::nullopt).notices[0].kind == "refunded");
}

TEST_CASE("earnings: accrued, reversed, reserved, paid, failed, available, in every order") {
  std::vector<std::string> documents{
      event("evt_1", "transfer.created", start_s, transfer("tr_1", "acct_x", 10'000)),
      event("evt_2", "transfer.reversed", start_s + 9, transfer("tr_1", "acct_x", 10'000, 2'500)),
      event("evt_3", "payout.created", start_s, payout("po_1", "pending", 3'000), "", of("acct_x")),
      event("evt_4", "payout.updated", start_s + 100, payout("po_1", "in_transit", 3'000), R"({"status":"pending"})", of("acct_x")),
      event("evt_5", "payout.paid", start_s + 200, payout("po_1", "paid", 3'000), R"({"status":"in_transit"})", of("acct_x")),
  };
  std::ranges::sort(documents);
  do {
    Connect world;
    for (const std::string &document : documents) world.replay(document);
    const engine::Earned sum = world.sum();
    REQUIRE(sum.accrued == 10'000);
    REQUIRE(sum.reversed == 2'500);
    REQUIRE(sum.reserved == 0);
    REQUIRE(sum.paid == 3'000);
    REQUIRE(sum.available == 4'500);
  } while (std::ranges::next_permutation(documents).found);
}

TEST_CASE("earnings: a payout that was paid and failed later leaves the sum; one under way is reserved") {
  Connect world;
  world.replay(event("evt_1", "transfer.created", start_s, transfer("tr_1", "acct_x", 10'000)));
  world.replay(event("evt_2", "payout.created", start_s, payout("po_1", "pending", 3'000), "", of("acct_x")));
  CHECK(world.sum().reserved == 3'000);
  CHECK(world.sum().available == 7'000);
  world.replay(event("evt_3", "payout.paid", start_s + 200, payout("po_1", "paid", 3'000), R"({"status":"pending"})", of("acct_x")));
  CHECK(world.sum().paid == 3'000);
  CHECK(world.sum().reserved == 0);
  world.replay(event("evt_4", "payout.failed", start_s + 400, payout("po_1", "failed", 3'000), R"({"status":"paid"})", of("acct_x")));
  CHECK(world.sum().paid == 0);
  CHECK(world.sum().failed == 3'000);
  CHECK(world.sum().available == 10'000);
  const engine::Earnings earnings = world.engine->earning_read("acct_x", 1, "");
  REQUIRE(earnings.entries.size() == 1);
  CHECK(earnings.entries[0].id == "tr_1");
  const engine::Earnings second = world.engine->earning_read("acct_x", 1, earnings.next);
  REQUIRE(second.entries.size() == 1);
  CHECK(second.entries[0].id == "po_1");
  CHECK(second.entries[0].status == "failed");
  CHECK(second.next.empty());
}

TEST_CASE("earnings: another connected account's payout, a transfer it made itself, and one to others never count") {
  Connect world;
  world.replay(event("evt_1", "transfer.created", start_s, transfer("tr_1", "acct_x", 10'000)));
  world.replay(event("evt_2", "payout.paid", start_s, payout("po_2", "paid", 7'777), "", of("acct_y")));
  world.replay(event("evt_3", "transfer.created", start_s, transfer("tr_2", "acct_x", 5'555), "", of("acct_y")));
  world.replay(event("evt_4", "transfer.created", start_s, transfer("tr_3", "acct_y", 4'444)));
  world.replay(event("evt_5", "payout.paid", start_s, payout("po_3", "paid", 3'333)));  // the platform's own
  CHECK(world.sum("acct_x").accrued == 10'000);
  CHECK(world.sum("acct_x").paid == 0);
  CHECK(world.sum("acct_y").accrued == 4'444);
  CHECK(world.sum("acct_y").paid == 7'777);
  CHECK(world.engine->earning_read("acct_z", 0, "").sums.empty());
  CHECK_THROWS_AS(world.engine->earning_read("cus_1", 0, ""), Failure);
  world.replay(event("evt_6", "account.updated", start_s,
                     R"({"id":"acct_x","object":"account","charges_enabled":true,"payouts_enabled":false,"details_submitted":true})", "",
                     of("acct_x")));
  CHECK(world.engine->earning_read("acct_x", 0, "").charges_enabled);
  CHECK_FALSE(world.engine->earning_read("acct_x", 0, "").payouts_enabled);
}
