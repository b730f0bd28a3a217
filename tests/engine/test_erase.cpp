// Erasing an account: every byte of it goes, nothing of anybody else's, and what Stripe sends later changes nothing.
#include <algorithm>

#include "catch.hpp"
#include "planted.hpp"
#include "support/forwarding_session.hpp"
#include "support/sql.hpp"

using namespace purser;
using namespace purser::test;
using domain::Outcome;

namespace {

/// A database whose files are never scrubbed: what a plain DELETE leaves behind.
class NoScrub final : public ForwardingSession {
 public:
  using ForwardingSession::ForwardingSession;
  void scrub() override {}
};
class Unscrubbed final : public ports::SqlDatabase {
 public:
  explicit Unscrubbed(std::string path) : inner_(adapters::sqlite_database({.path = std::move(path)})) {}
  std::unique_ptr<ports::SqlSession> open(bool read_only) override { return std::make_unique<NoScrub>(inner_->open(read_only)); }
  std::string name() const override { return inner_->name(); }

 private:
  std::shared_ptr<ports::SqlDatabase> inner_;
};

std::int64_t count(World &world, const std::string &sql) { return world.engine->query(sql, 0).cells.at(0).integer; }

}  // namespace

TEST_CASE("twenty-five planted strings: found before, in her export, and nowhere after the erasure", "[sqlite]") {
  Premises premises;
  std::string bobs_before;
  {
    World world(premises.options());
    populate(world);
    CHECK(found_in(premises.all_bytes()) == planted());  // the search can find them
    const engine::Exported hers = world.engine->account_export(ann);
    // What quarantine holds is of the other mode, but it is hers.
    CHECK(found_in(hers.document) == planted());
    CHECK(hers.document.find("of-bob") == std::string::npos);
    CHECK(hers.document.find("cus_bob") == std::string::npos);
    CHECK(hers.document.find("dp_bob1") == std::string::npos);
    CHECK(hers.payloads == 12);
    CHECK(json::parse(hers.document).fault == json::Fault::none);
    bobs_before = world.engine->account_export(bob).document;
    CHECK(found_in(bobs_before).empty());
    CHECK(bobs_before.find("bob@example.com") != std::string::npos);

    CHECK(reason_of([&] { world.engine->account_erase(ann); }) == "account_lives");
    CHECK(found_in(premises.all_bytes()) == planted());
    world.deliver(anns_end());
    CHECK(world.engine->check(ann, "crm") == 0);
    const engine::Erased erased = world.engine->account_erase(ann);
    CHECK(erased.customers == 2);  // the linked one, and the one that the checkout made
    CHECK(erased.payloads == 13);
    CHECK(erased.intents == 2);
    CHECK(erased.objects >= 7);
    CHECK(erased.ledger_entries >= 2);
    CHECK(found_in(premises.all_bytes()).empty());
    CHECK(world.engine->account_export(bob).document == bobs_before);
    CHECK(reason_of([&] { world.engine->account_export(ann); }) == "account_not_found");
    CHECK(reason_of([&] { world.engine->account_erase(ann); }) == "account_not_found");
    const engine::LedgerVerified verified = world.engine->ledger_verify(std::nullopt);
    CHECK(verified.intact);
    CHECK(verified.erased == 1);
    CHECK(verified.chains == 2);
    CHECK(world.engine->check(bob, "crm") == 1);
  }
  CHECK(found_in(premises.all_bytes()).empty());  // closing wrote nothing back
  World again(premises.options());
  CHECK(again.engine->account_export(bob).document == bobs_before);
  CHECK(again.engine->ledger_verify(std::nullopt).erased == 1);
}

TEST_CASE("without the scrubbing the strings are still in the file", "[sqlite]") {
  Premises premises;
  World world(premises.options(std::make_shared<Unscrubbed>(premises.path)));
  populate(world);
  world.deliver(anns_end());
  world.engine->account_erase(ann);
  CHECK_FALSE(found_in(premises.all_bytes()).empty());
}

TEST_CASE("what Stripe sends of an erased person is acknowledged and not kept; nobody comes back by metadata") {
  Premises premises;
  World world(premises.options());
  populate(world);
  world.deliver(anns_end());
  world.engine->account_erase(ann);
  const auto stored = [&] { return count(world, "SELECT count(*) FROM purser_v_event WHERE reason = 'erased' AND object_id = ''"); };
  const std::int64_t before = stored();
  int n = 0;
  for (std::string body : anns_events()) {
    body.replace(body.find("evt_p"), 5, "evt_late");
    const engine::Receipt receipt = world.deliver(body);
    INFO(receipt.event_type);
    CHECK(receipt.http_status == 200);
    CHECK(receipt.outcome == Outcome::recorded);
    CHECK(receipt.reason == "erased");
    CHECK(receipt.account.empty());
    CHECK(world.deliver(body).outcome == Outcome::duplicate);
    CHECK(stored() == before + ++n);
  }
  // A customer never seen, with her metadata: it does not bring her back; nor do its further events, which do not name her.
  CHECK(world
            .deliver(event("evt_n1", "customer.created", start_s,
                           R"({"id":"cus_new9","object":"customer","metadata":)" + with_account(ann) + "}"))
            .reason == "erased");
  CHECK(world
            .deliver(event("evt_n2", "invoice.paid", start_s,
                           R"({"id":"in_new9","object":"invoice","customer":"cus_new9","payment_intent":"pi_new9"})"))
            .reason == "erased");
  CHECK(world
            .deliver(event("evt_n3", "charge.dispute.created", start_s,
                           R"({"id":"dp_new9","object":"dispute","charge":"ch_new9","payment_intent":"pi_new9"})"))
            .reason == "erased");
  // Of the other mode, or a test: not even quarantined.
  std::string other = event("evt_n4", "customer.updated", start_s, R"({"id":")" + ann_customer + R"(","object":"customer"})");
  other.replace(other.find(R"("livemode":false)"), 16, R"("livemode":true)");
  CHECK(world.deliver(other).http_status == 200);
  CHECK(found_in(premises.all_bytes()).empty());
  CHECK(count(world, "SELECT count(*) FROM purser_v_account") == 1);
  CHECK(count(world, "SELECT count(*) FROM purser_v_link WHERE customer <> 'cus_bob'") == 0);
  CHECK(count(world, "SELECT count(*) FROM purser_v_object WHERE id LIKE '%planted%'") == 0);
  // Others' events are others'.
  CHECK(world.deliver(event("evt_b9", "customer.updated", start_s + 90, R"({"id":"cus_bob","object":"customer","email":"b@example.com"})"))
            .outcome == Outcome::applied);
}

TEST_CASE("the host's own act begins the account anew, and empty") {
  Premises premises;
  World world(premises.options());
  populate(world);
  world.deliver(anns_end());
  world.engine->account_erase(ann);

  SECTION("by a link") {
    CHECK(reason_of([&] { world.engine->account_link(ann, ann_customer); }) == "customer_erased");
    world.engine->account_link(ann, "cus_fresh1");
    Sub sub{.id = "sub_fresh1", .customer = "cus_fresh1", .metadata = with_account(ann)};
    CHECK(world.deliver(event("evt_f1", "customer.subscription.created", start_s, sub.json())).outcome == Outcome::applied);
  }
  SECTION("by a checkout") {
    engine::CheckoutWish wish;
    wish.account = ann;
    wish.tier = "app/pro";
    wish.success_url = "https://app.example.com/welcome";
    const engine::Checkout made = world.engine->checkout_create(wish);
    premises.stripe->pay(made.session_id);
    CHECK(world.engine->checkout_confirm(ann, made.session_id, 0).granted);
  }
  CHECK(world.engine->check(ann, "crm") == 1);
  CHECK(world.engine->account_read(ann, std::nullopt).grants.size() == 1);
  for (std::string body : anns_events()) {  // the old life stays away from the new one
    body.replace(body.find("evt_p"), 5, "evt_late");
    CHECK(world.deliver(body).reason == "erased");
  }
  const engine::LedgerVerified verified = world.engine->ledger_verify(std::nullopt);
  CHECK(verified.intact);
  CHECK(verified.erased == 1);
  CHECK(verified.chains == 3);
}

TEST_CASE("another process forgets the account too, also one that has its snapshot from before") {
  Premises premises;
  World world(premises.options());
  populate(world);
  // Ann keeps something that no subscription carries: a credit.
  world.deliver(
      event("evt_c1", "checkout.session.completed", start_s + 90,
            R"({"id":"cs_once1","object":"checkout.session","mode":"payment","status":"complete","payment_status":"paid","customer":")" +
                ann_customer + R"(","metadata":{"purser_price":"price_site","purser_lookup_key":"site_once","purser_quantity":"1"}})"));
  world.deliver(anns_end());
  World other(premises.options());
  const auto seats = [](World &of) {
    for (const engine::GrantHeld &grant : of.engine->account_read(ann, std::nullopt).grants)
      if (grant.cause == "credit") return 1;
    return 0;
  };
  REQUIRE(seats(other) == 1);
  Sub living{.id = "sub_x1", .customer = ann_customer, .item = "si_x"};
  world.engine->account_erase(ann);
  other.engine->refresh();
  CHECK(seats(other) == 0);
  CHECK(other.engine->check(ann, "crm") == 0);
  // It knows whose events are not to be kept, without being opened anew.
  CHECK(other.deliver(event("evt_o1", "customer.subscription.updated", start_s + 300, living.json())).reason == "erased");
}

TEST_CASE("changes that were read before an erasure can still be marked as done") {
  Premises premises;
  World world(premises.options());
  populate(world);
  world.deliver(anns_end());
  const engine::Changes read = world.engine->change_next("users", 0);
  REQUIRE(read.changes.size() >= 2);
  world.engine->account_erase(ann);
  CHECK(world.engine->change_done("users", read.changes.back().seq).seq == read.changes.back().seq);
}
