// Refunds and disputes: they find what they are of, in every version and every order, and do what the catalog's policy says.
#include <algorithm>
#include <numeric>
#include <random>

#include "catch.hpp"
#include "engine/money_documents.hpp"

using namespace purser;
using namespace purser::test;

namespace {

struct Outcome {
  int crm = 0;
  std::string hash, reason;
  std::string refund_customer;
};

Outcome replayed(const std::vector<std::string> &documents, const std::string &catalog = small_catalog) {
  World world({.mode = engine::Mode::offline});
  world.apply(catalog);
  for (const std::string &document : documents) world.replay(document);
  const auto view = world.engine->account_read("acct_42", std::nullopt);
  Outcome outcome{world.engine->check("acct_42", "crm"), world.hash(), view.grants.empty() ? "" : view.grants[0].reason, ""};
  const auto rows = world.engine->query("SELECT customer FROM purser_v_object WHERE type IN ('refund', 'dispute') ORDER BY id", 10);
  for (const auto &cell : rows.cells) outcome.refund_customer += cell.text + " ";
  return outcome;
}

/// Every order of at most five documents; of more, a few hundred drawn ones.
void in_every_order(std::vector<std::string> documents, const Outcome &expected, const std::string &catalog = small_catalog) {
  std::string hash;
  std::ranges::sort(documents);
  std::mt19937 random(7);
  const bool all = documents.size() <= 5;
  for (int drawn = 0; drawn < 300; ++drawn) {
    std::vector<std::string> arrivals = documents;
    if (drawn % 3 == 2) arrivals.push_back(documents[random() % documents.size()]);
    const Outcome outcome = replayed(arrivals, catalog);
    REQUIRE(outcome.crm == expected.crm);
    REQUIRE(outcome.reason == expected.reason);
    REQUIRE(outcome.refund_customer == expected.refund_customer);
    if (hash.empty()) hash = outcome.hash;
    REQUIRE(outcome.hash == hash);
    if (!all)
      std::ranges::shuffle(documents, random);
    else if (!std::ranges::next_permutation(documents).found)
      break;
  }
}

const std::string bought = event("evt_s", "customer.subscription.created", start_s, Sub{.metadata = own_account}.json());
const Paid paid;

}  // namespace

TEST_CASE("a full refund of the current period ends access, in today's shape and in every order") {
  in_every_order({bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json()),
                  event("evt_p", "invoice_payment.paid", start_s, paid.invoice_payment_json()),
                  event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900)),
                  event("evt_r", "refund.created", start_s + 50, paid.refund_json("re_1", 9900))},
                 {0, "", "refunded", "cus_1 "});
}

TEST_CASE("the same without a refund object, and the same without its charge: either is enough") {
  in_every_order({bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json()),
                  event("evt_p", "invoice_payment.paid", start_s, paid.invoice_payment_json()),
                  event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900))},
                 {0, "", "refunded", ""});
  in_every_order({bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json()),
                  event("evt_p", "invoice_payment.paid", start_s, paid.invoice_payment_json()),
                  event("evt_r", "refund.created", start_s + 50, paid.refund_json("re_1", 9900))},
                 {0, "", "refunded", "cus_1 "});
}

TEST_CASE("the shape of 2020: the charge names its invoice, and the invoice its charge") {
  in_every_order({bought, old_event("evt_i", "invoice.paid", start_s, paid.invoice_json(true)),
                  old_event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900, true))},
                 {0, "", "refunded", ""});
  // And each alone: an invoice in today's shape with an old charge, an old invoice with today's charge.
  in_every_order({bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json()),
                  old_event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900, true))},
                 {0, "", "refunded", ""});
  in_every_order({bought, old_event("evt_i", "invoice.paid", start_s, paid.invoice_json(true)),
                  event("evt_r", "refund.created", start_s + 50, paid.refund_json("re_1", 9900))},
                 {0, "", "refunded", "cus_1 "});
}

TEST_CASE("a refund whose charge has no customer gets it from the invoice") {
  in_every_order({bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json()),
                  event("evt_p", "invoice_payment.paid", start_s, paid.invoice_payment_json()),
                  event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900, false, "")),
                  event("evt_r", "refund.created", start_s + 50, paid.refund_json("re_1", 9900))},
                 {0, "", "refunded", "cus_1 "});
}

TEST_CASE("a partial refund, to the last minor unit, ends nothing; two that make it whole do") {
  const std::vector<std::string> base{bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json()),
                                      event("evt_p", "invoice_payment.paid", start_s, paid.invoice_payment_json())};
  auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), base.begin(), base.end());
    return more;
  };
  const std::string first = event("evt_r1", "refund.created", start_s + 9, paid.refund_json("re_1", 9899));
  in_every_order(with({first}), {1, "", "active", "cus_1 "});
  in_every_order(with({first, event("evt_r2", "refund.created", start_s + 9, paid.refund_json("re_2", 1))}),
                 {0, "", "refunded", "cus_1 cus_1 "});
  in_every_order(with({event("evt_c", "charge.refunded", start_s + 9, paid.charge_json(9899))}), {1, "", "active", ""});
}

TEST_CASE("a refund that failed never was, whatever the charge counts") {
  in_every_order({bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json(true)),
                  event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900)),
                  event("evt_r1", "refund.created", start_s + 50, paid.refund_json("re_1", 9900, "pending")),
                  event("evt_r2", "refund.failed", start_s + 90, paid.refund_json("re_1", 9900, "failed"))},
                 {1, "", "active", "cus_1 "});
}

TEST_CASE("a refund of an earlier period ends nothing; a prorated change that stays paid keeps access") {
  Paid earlier{.invoice = "in_0", .intent = "pi_0", .charge = "ch_0", .start = start_s - month_s};
  in_every_order({bought, event("evt_i", "invoice.paid", start_s, earlier.invoice_json(true)),
                  event("evt_c", "charge.refunded", start_s + 50, earlier.charge_json(9900, true)),
                  event("evt_i1", "invoice.paid", start_s, paid.invoice_json(true))},
                 {1, "", "active", ""});
  Paid change{.invoice = "in_2", .intent = "pi_2", .charge = "ch_2", .amount = 4000, .start = start_s + 86400, .proration = true};
  in_every_order({bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json(true)),
                  event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900, true)),
                  event("evt_i2", "invoice.paid", start_s, change.invoice_json(true))},
                 {1, "", "active", ""});
  in_every_order({bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json(true)),
                  event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900, true)),
                  event("evt_i2", "invoice.paid", start_s, change.invoice_json(true)),
                  event("evt_c2", "charge.refunded", start_s + 50, change.charge_json(4000, true))},
                 {0, "", "refunded", ""});
}

TEST_CASE("the next period that is paid gives access again") {
  World world;
  world.apply();
  for (const std::string &body : {bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json(true)),
                                  event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900, true))})
    world.deliver(body);
  CHECK(world.engine->check("acct_42", "crm") == 0);
  const Sub renewed{.start = start_s + month_s, .end = start_s + 2 * month_s, .metadata = own_account};
  world.deliver(event("evt_s2", "customer.subscription.updated", start_s + month_s, renewed.json(), R"({"latest_invoice":"in_1"})"));
  CHECK(world.engine->check("acct_42", "crm") == 1);
}

TEST_CASE("refund keep, by default or for the product: a full refund ends nothing") {
  const std::vector<std::string> documents{bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json(true)),
                                           event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900, true))};
  CHECK(replayed(documents, catalog_with(R"("refund": "keep")")).reason == "active");
  CHECK(replayed(documents, catalog_with(R"("refund": "revoke")")).reason == "refunded");
  std::string of_product = small_catalog;
  of_product.replace(of_product.find(R"("fallback": "free", "aliases")"), 0, R"("refund": "keep", )");
  CHECK(replayed(documents, of_product).crm == 1);
  // A catalog change derives everybody anew.
  World world;
  world.apply();
  for (const std::string &body : documents) world.deliver(body);
  CHECK(world.engine->check("acct_42", "crm") == 0);
  world.apply(catalog_with(R"("refund": "keep")"));
  CHECK(world.engine->check("acct_42", "crm") == 1);
}

TEST_CASE("a dispute withholds what its payment bought while it is open and when it is lost, and gives it back when it is won") {
  const std::vector<std::string> base{bought, event("evt_i", "invoice.paid", start_s, paid.invoice_json()),
                                      event("evt_p", "invoice_payment.paid", start_s, paid.invoice_payment_json()),
                                      event("evt_d1", "charge.dispute.created", start_s + 50, paid.dispute_json("needs_response"))};
  in_every_order(base, {0, "", "disputed", "cus_1 "});
  auto then = [&](const std::string &status) {
    std::vector<std::string> documents = base;
    documents.push_back(event("evt_d2", "charge.dispute.closed", start_s + 90, paid.dispute_json(status)));
    return documents;
  };
  in_every_order(then("won"), {1, "", "active", "cus_1 "});
  in_every_order(then("lost"), {0, "", "disputed", "cus_1 "});
  CHECK(replayed(then("under_review")).reason == "disputed");
  CHECK(replayed(base, catalog_with(R"("dispute": "keep")")).reason == "active");
  CHECK(replayed({base[0], base[1], base[2],
                  event("evt_d", "charge.dispute.created", start_s + 50, paid.dispute_json("warning_needs_response"))})
            .crm == 1);
}

TEST_CASE("a one-time payment: its credit goes with a full refund, and is withheld by a dispute") {
  const std::string session = event("evt_cs", "checkout.session.completed", start_s, Paid{.amount = 3800}.session_json());
  const auto seats = [&](const std::vector<std::string> &documents, const std::string &catalog = small_catalog) {
    std::vector<std::string> order = documents;
    std::ranges::sort(order);
    std::int64_t found = -1;
    do {
      World world({.mode = engine::Mode::offline});
      world.apply(catalog);
      for (const std::string &document : order) world.replay(document);
      std::int64_t now = -1;
      for (const auto &limit : world.engine->account_read("acct_42", std::nullopt).limits)
        if (limit.meter == "seats") now = limit.limit;
      if (found >= 0) CHECK(now == found);
      found = now;
    } while (std::ranges::next_permutation(order).found);
    return found;
  };
  const Paid once{.amount = 3800};
  CHECK(seats({session}) == 2);
  CHECK(seats({session, event("evt_c", "charge.refunded", start_s, once.charge_json(3799))}) == 2);
  CHECK(seats({session, event("evt_c", "charge.refunded", start_s, once.charge_json(3800))}) == 0);
  CHECK(seats({session, event("evt_c", "charge.refunded", start_s, once.charge_json(3800))}, catalog_with(R"("refund": "keep")")) == 2);
  CHECK(seats({session, event("evt_r", "refund.created", start_s, once.refund_json("re_1", 3800))}) == 0);
  CHECK(seats({session, event("evt_d", "charge.dispute.created", start_s, once.dispute_json("needs_response"))}) == 0);
  CHECK(seats({session, event("evt_d", "charge.dispute.created", start_s, once.dispute_json("needs_response")),
               event("evt_e", "charge.dispute.closed", start_s + 9, once.dispute_json("won"))}) == 2);
}

TEST_CASE("money that came before its customer was linked takes effect with the link") {
  World world;
  world.apply();
  for (const std::string &body : {event("evt_r", "refund.created", start_s + 50, paid.refund_json("re_1", 9900)),
                                  event("evt_i", "invoice.paid", start_s, paid.invoice_json(true)),
                                  event("evt_s", "customer.subscription.created", start_s, Sub{}.json())})
    world.deliver(body);
  world.engine->account_link("acct_42", "cus_1");
  CHECK(world.engine->account_read("acct_42", std::nullopt).grants.at(0).reason == "refunded");
}

TEST_CASE("the refund of one item's invoice leaves the account's other subscription alone") {
  const Sub other{.id = "sub_2", .price = "price_pool", .item = "si_2", .metadata = own_account};
  World world;
  world.apply();
  for (const std::string &body : {bought, event("evt_s2", "customer.subscription.created", start_s, other.json()),
                                  event("evt_i", "invoice.paid", start_s, paid.invoice_json(true)),
                                  event("evt_c", "charge.refunded", start_s + 50, paid.charge_json(9900, true))})
    world.deliver(body);
  CHECK(world.engine->check("acct_42", "crm") == 0);
  CHECK(world.engine->check("acct_42", "pool") == 1);
}
