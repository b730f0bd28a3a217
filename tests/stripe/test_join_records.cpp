// The join of stored records: one answer for every order and every repetition of the same facts, for every type that is joined.
#include <algorithm>

#include "catch.hpp"
#include "random_record.hpp"
#include "stripe/reader.hpp"

using namespace purser;
using namespace purser::test;
using stripe::Folding;
using stripe::RecordFact;

namespace {

/// Facts of few ids in few seconds, with words that have a rank: ties are common.
template <class T>
std::vector<RecordFact> facts(Random &r, const std::vector<std::string> &statuses) {
  std::vector<RecordFact> out;
  for (int n = 1 + below(r, 6); n > 0; --n) {
    T record = random_record<T>(r);
    if constexpr (requires { record.status; })
      record.status = statuses[static_cast<std::size_t>(below(r, static_cast<int>(statuses.size())))];
    out.push_back({100 + below(r, 8), below(r, 3) == 0 ? "fetch" : "evt_" + std::to_string(below(r, 4)), stripe::record(record)});
  }
  return out;
}

template <class T>
void order_free(const char *type, const std::vector<std::string> &statuses = {""}) {
  REQUIRE(stripe::folding(type) == Folding::join);
  Random r(11);
  for (int i = 0; i < 500; ++i) {
    INFO(type << " " << i);
    std::vector<RecordFact> set = facts<T>(r, statuses);
    const stripe::Joined first = stripe::join_records(type, set);
    REQUIRE(stripe::customer_named(type, first.record) == first.customer);
    for (int n = 0; n < 6; ++n) {
      std::ranges::shuffle(set, r);
      if (n % 2 == 1) set.push_back(RecordFact(set[static_cast<std::size_t>(below(r, static_cast<int>(set.size())))]));
      const stripe::Joined again = stripe::join_records(type, set);
      REQUIRE(again.record == first.record);
      REQUIRE(again.customer == first.customer);
    }
  }
}

}  // namespace

TEST_CASE("joined records do not depend on order or repetition") {
  order_free<domain::Session>("checkout.session", {"open", "expired", "complete", ""});
  order_free<domain::Invoice>("invoice", {"draft", "open", "paid", "void", "uncollectible"});
  order_free<domain::InvoicePayment>("invoice_payment", {"open", "paid", "canceled"});
  order_free<domain::Charge>("charge", {"pending", "succeeded", "failed"});
  order_free<domain::Refund>("refund", {"pending", "succeeded", "failed", "canceled", "requires_action"});
  order_free<domain::Dispute>("dispute", {"needs_response", "under_review", "won", "lost", "warning_closed"});
  order_free<domain::Transfer>("transfer");
  order_free<domain::EntitlementSummary>("entitlements.active_entitlement_summary");
}

TEST_CASE("whose a joined object is") {
  domain::Invoice draft, open;
  draft.status = "draft";
  draft.customer = "cus_1";
  open.status = "open";
  open.customer = "cus_2";
  const std::vector<RecordFact> set{{9, "evt_2", stripe::record(draft)}, {1, "evt_1", stripe::record(open)}};
  CHECK(stripe::join_records("invoice", set).customer == "cus_2");
  const std::vector<RecordFact> refund{{9, "evt_2", stripe::record(domain::Refund{"ch_1", "", 5, "succeeded", "usd"})}};
  CHECK(stripe::join_records("refund", refund).customer.empty());
  CHECK(stripe::customer_named("subscription", R"({"customer":"cus_1"})") == "cus_1");
  CHECK(stripe::customer_named("customer", R"({"email":"a@b.c"})").empty());
  CHECK(stripe::customer_named("payout", R"({"amount":1})").empty());
}

TEST_CASE("which types fold, and how") {
  for (const char *type : {"subscription", "customer", "product", "price", "subscription_schedule", "payout", "account"})
    CHECK(stripe::folding(type) == Folding::edges);
  for (const char *type : {"payment_method", "payment_intent", "plan", "event", "Invoice", ""}) CHECK_FALSE(stripe::folding(type));
  const std::vector<RecordFact> fact{{1, "evt_1", "{}"}};
  CHECK(stripe::join_records("subscription", fact).record.empty());
  CHECK(stripe::join_records("invoice", {}).record.empty());
  CHECK(stripe::join_records("invoice", fact).record == "{}");
}
