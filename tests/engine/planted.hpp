// Two people in one store. Ann's data holds planted strings: through events of many types, through the outbox, in two renderings, in
// quarantine. Whoever erases her must leave none of them, and nothing of Bob's may be missing.
#pragma once
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/engine_fixture.hpp"
#include "support/fake_stripe.hpp"
#include "support/sql.hpp"
#include "support/temporary_folder.hpp"

namespace purser::test {

inline const std::string ann = "acct-planted-7f3a";
inline const std::string bob = "acct-bob-1";
inline const std::string ann_customer = "cus_planted7";

/// What must be found before and nowhere afterwards.
inline const std::vector<std::string> &planted() {
  static const std::vector<std::string> all{
      ann,
      ann_customer,
      "ann.planted@example.com",
      "Ann Planted-Name",
      "+15550100777",
      "77 Planted Street",
      "Plantedville",
      "PL4N7D",
      "meta-customer-planted",
      "meta-subscription-planted",
      "custom-field-planted",
      "who%3Dplanted-url",
      "checkout-meta-planted",
      "line-planted",
      "INV-PLANTED-0001",
      "i/planted-hosted",
      "receipt.planted@example.com",
      "evidence-planted",
      "Billing Planted",
      "quarantine-planted",
      "rendering-planted",
      "DE999PLANTED",
      "refund-planted",
      "form.planted%40example.com",
      "upcoming-planted",
  };
  return all;
}

inline std::string bytes_of(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// Which of the planted strings stand in these bytes.
inline std::vector<std::string> found_in(const std::string &bytes) {
  std::vector<std::string> found;
  for (const std::string &text : planted())
    if (bytes.find(text) != std::string::npos) found.push_back(text);
  return found;
}

inline std::string values_of(ports::SqlSession &db) {
  std::string all;
  for (const std::string &table : texts(db,
                                        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'purser%' AND "
                                        "relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())"))
    db.execute("SELECT * FROM " + table, {}, [&](const ports::SqlRow &row) {
      for (int i = 0; i < row.columns(); ++i) all += std::string(row.text(i)) + "\n";
      return true;
    });
  return all;
}

struct Premises {
  TemporaryFolder folder{TemporaryFolder::On::memory};
  std::string path = folder.file("store.db");
  std::string log;
  std::shared_ptr<FakeStripe> stripe;
  std::shared_ptr<ManualClock> clock = std::make_shared<ManualClock>(start_ms);

  EngineOptions options(std::shared_ptr<ports::SqlDatabase> database = nullptr) {
    EngineOptions o;
    o.path = path;
    o.database = std::move(database);
    o.clock = clock;
    o.log = [this](ports::LogLevel, std::string_view line) { log += std::string(line) + "\n"; };
    o.http = [this](std::shared_ptr<ManualClock> at) {
      if (!stripe) stripe = std::make_shared<FakeStripe>(at);
      return stripe;
    };
    return o;
  }
  /// Every byte that is on the disk, and the log; of a server every value of every table.
  std::string all_bytes() const {
    std::string all = log;
    if (on_postgres()) return all + values_of(*test_store(path)->open(true));
    for (const auto &file : std::filesystem::directory_iterator(folder.path())) all += bytes_of(file.path());
    return all;
  }
};

inline std::string with_account(const std::string &account, const std::string &more = "") {
  return R"({"purser_account":")" + account + "\"" + more + "}";
}

/// Ann's events, all of them signed and believed; the ids of the disputes and refunds lead to her only by their payment.
inline std::vector<std::string> anns_events() {
  const std::string c = ann_customer;
  const std::string customer =
      R"({"id":")" + c +
      R"(","object":"customer","email":"ann.planted@example.com","name":"Ann Planted-Name","phone":"+15550100777",)"
      R"("address":{"line1":"77 Planted Street","city":"Plantedville","postal_code":"PL4N7D"},"metadata":)" +
      with_account(ann, R"(,"note":"meta-customer-planted")") + "}";
  Sub sub{.id = "sub_planted1", .customer = c, .metadata = with_account(ann, R"(,"note":"meta-subscription-planted")")};
  const std::string session =
      R"({"id":"cs_planted1","object":"checkout.session","mode":"subscription","status":"complete","payment_status":"paid","customer":")" +
      c + R"(","subscription":"sub_planted1","client_reference_id":")" + ann +
      R"(","customer_details":{"email":"ann.planted@example.com"},"custom_fields":[{"key":"k","text":{"value":"custom-field-planted"}}],"metadata":)" +
      with_account(ann) + "}";
  const std::string invoice =
      R"({"id":"in_planted1","object":"invoice","customer":")" + c +
      R"(","status":"paid","number":"INV-PLANTED-0001","hosted_invoice_url":"https://invoice.stripe.com/i/planted-hosted","currency":"usd",)"
      R"("amount_due":9900,"amount_paid":9900,"total":9900,"payment_intent":"pi_planted1","customer_tax_ids":[{"value":"DE999PLANTED"}],)"
      R"("lines":{"data":[{"id":"il_1","description":"line-planted","amount":9900}]}})";
  const std::string charge = R"({"id":"ch_planted1","object":"charge","customer":")" + c +
                             R"(","payment_intent":"pi_planted1","amount":9900,"currency":"usd","status":"succeeded","paid":true,)"
                             R"("receipt_email":"receipt.planted@example.com"})";
  const std::string dispute =
      R"({"id":"dp_planted1","object":"dispute","charge":"ch_planted1","payment_intent":"pi_planted1","amount":9900,"currency":"usd",)"
      R"("status":"needs_response","evidence":{"customer_name":"evidence-planted"}})";
  const std::string refund =
      R"({"id":"re_planted1","object":"refund","charge":"ch_planted1","payment_intent":"pi_planted1","amount":100,"currency":"usd",)"
      R"("status":"succeeded","metadata":{"why":"refund-planted"}})";
  const std::string method =
      R"({"id":"pm_planted1","object":"payment_method","customer":null,"billing_details":{"name":"Billing Planted"}})";
  const std::string upcoming = R"({"object":"invoice","customer":")" + c + R"(","lines":{"data":[{"description":"upcoming-planted"}]}})";
  return {event("evt_p1", "customer.created", start_s, customer),
          event("evt_p2", "customer.subscription.created", start_s + 20, sub.json()),
          event("evt_p3", "checkout.session.completed", start_s + 20, session),
          event("evt_p4", "invoice.paid", start_s + 21, invoice),
          event("evt_p5", "charge.succeeded", start_s + 21, charge),
          event("evt_p6", "charge.dispute.created", start_s + 40, dispute),
          event("evt_p7", "charge.refunded", start_s + 60, charge),
          event("evt_p8", "refund.created", start_s + 60, refund),
          event("evt_p9", "payment_method.detached", start_s + 70, method, R"({"customer":")" + c + "\"}"),
          event("evt_p10", "invoice.upcoming", start_s + 80, upcoming)};
}

inline std::string anns_end() {
  Sub sub{.id = "sub_planted1", .customer = ann_customer, .status = "canceled"};
  return event("evt_p99", "customer.subscription.deleted", start_s + 200, sub.json());
}

/// A store that knows both: Ann by all ways that data comes in, Bob by some.
inline void populate(World &world) {
  world.apply();
  engine::CheckoutWish wish;
  wish.account = ann;
  wish.email = "form.planted@example.com";
  wish.tier = "app/pro";
  wish.success_url = "https://app.example.com/welcome?who=planted-url";
  wish.cancel_url = "https://app.example.com/pricing";
  wish.metadata = {{"note", "checkout-meta-planted"}};
  world.engine->checkout_create(wish);
  world.engine->account_link(ann, ann_customer);
  for (const std::string &body : anns_events()) world.deliver(body);
  // The same event once more, from an endpoint with another version.
  Sub sub{.id = "sub_planted1", .customer = ann_customer, .metadata = with_account(ann, R"(,"note":"meta-subscription-planted")")};
  std::string again = event("evt_p2", "customer.subscription.created", start_s + 20, sub.json(), "", R"(,"extra":"rendering-planted")");
  again.replace(again.find("2026-06-24.dahlia"), 17, "2025-03-31.basil!");
  again.erase(again.find('!'), 1);
  world.deliver(again);
  // Of the other mode: quarantined, and about her all the same.
  std::string other = event("evt_q1", "customer.updated", start_s,
                            R"({"id":")" + ann_customer + R"(","object":"customer","description":"quarantine-planted"})");
  other.replace(other.find(R"("livemode":false)"), 16, R"("livemode":true)");
  world.deliver(other);

  Sub his{.id = "sub_bob", .customer = "cus_bob", .item = "si_bob", .metadata = with_account(bob, R"(,"note":"of-bob")")};
  world.deliver(event("evt_b1", "customer.created", start_s,
                      R"({"id":"cus_bob","object":"customer","email":"bob@example.com","metadata":)" + with_account(bob) + "}"));
  world.deliver(event("evt_b2", "customer.subscription.created", start_s + 20, his.json()));
  world.deliver(event("evt_b3", "charge.dispute.created", start_s + 30,
                      R"({"id":"dp_bob1","object":"dispute","charge":"ch_bob1","amount":1,"currency":"usd","status":"lost"})"));
}

}  // namespace purser::test
