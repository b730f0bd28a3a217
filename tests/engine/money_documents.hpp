// What Stripe sends around one payment, in today's shape and in that of 2020.
#pragma once
#include <string>

#include "support/engine_fixture.hpp"

namespace purser::test {

inline const std::string own_account = R"({"purser_account":"acct_42"})";
inline constexpr std::int64_t month_s = 30 * 86400;
inline std::string text(std::int64_t number) { return std::to_string(number); }

struct Paid {
  std::string invoice = "in_1", subscription = "sub_1", customer = "cus_1", item = "si_1", price = "price_pro", intent = "pi_1",
              charge = "ch_1";
  std::int64_t amount = 9900, start = start_s;
  std::string status = "paid";
  std::string more = {};  ///< further members of the invoice, each preceded by a comma
  bool proration = false;

  std::string line(bool old) const {
    const std::string period = R"("period":{"start":)" + text(start) + R"(,"end":)" + text(start_s + month_s) + "}";
    if (old)
      return R"({"id":"il_)" + invoice + R"(","amount":)" + text(amount) + R"(,"subscription_item":")" + item + R"(","price":{"id":")" +
             price + R"("},"proration":)" + (proration ? "true" : "false") + "," + period + "}";
    return R"({"id":"il_)" + invoice + R"(","amount":)" + text(amount) + "," + period +
           R"(,"parent":{"type":"subscription_item_details","subscription_item_details":{"subscription_item":")" + item +
           R"(","subscription":")" + subscription + R"(","proration":)" + (proration ? "true" : "false") +
           R"(}},"pricing":{"price_details":{"price":")" + price + R"("}}})";
  }
  std::string invoice_json(bool old = false) const {
    const std::string paid = status == "paid" ? text(amount) : "0", left = status == "paid" ? "0" : text(amount);
    return R"({"id":")" + invoice + R"(","object":"invoice","customer":")" + customer + R"(","status":")" + status +
           R"(","billing_reason":"subscription_cycle","currency":"usd","total":)" + text(amount) + R"(,"amount_due":)" + text(amount) +
           R"(,"amount_paid":)" + paid + R"(,"amount_remaining":)" + left + R"(,"created":)" + text(start) + R"(,"number":"N-)" + invoice +
           R"(","hosted_invoice_url":"https://invoice.stripe.com/i/)" + invoice + R"(","lines":{"object":"list","data":[)" + line(old) +
           "]}" +
           (old ? R"(,"subscription":")" + subscription + R"(","charge":")" + charge + R"(","payment_intent":")" + intent + "\""
                : R"(,"parent":{"type":"subscription_details","subscription_details":{"subscription":")" + subscription + R"("}})") +
           more + "}";
  }
  std::string invoice_payment_json() const {
    return R"({"id":"inpay_)" + invoice + R"(","object":"invoice_payment","invoice":")" + invoice + R"(","status":"paid","amount_paid":)" +
           text(amount) + R"(,"currency":"usd","payment":{"type":"payment_intent","payment_intent":")" + intent + R"("}})";
  }
  std::string charge_json(std::int64_t refunded, bool old = false, const std::string &of_customer = "cus_1") const {
    return R"({"id":")" + charge + R"(","object":"charge","customer":)" + (of_customer.empty() ? "null" : "\"" + of_customer + "\"") +
           R"(,"status":"succeeded","paid":true,"currency":"usd","amount":)" + text(amount) + R"(,"amount_refunded":)" + text(refunded) +
           R"(,"refunded":)" + (refunded == amount ? "true" : "false") + R"(,"payment_intent":")" + intent + "\"" +
           (old ? R"(,"invoice":")" + invoice + "\"" : "") + "}";
  }
  std::string refund_json(const std::string &id, std::int64_t refunded, const std::string &of_status = "succeeded") const {
    return R"({"id":")" + id + R"(","object":"refund","charge":")" + charge + R"(","payment_intent":")" + intent +
           R"(","currency":"usd","amount":)" + text(refunded) + R"(,"status":")" + of_status + R"("})";
  }
  std::string dispute_json(const std::string &of_status) const {
    return R"({"id":"dp_1","object":"dispute","charge":")" + charge + R"(","payment_intent":")" + intent +
           R"(","currency":"usd","amount":)" + text(amount) + R"(,"status":")" + of_status + R"(","reason":"fraudulent"})";
  }
  std::string session_json() const {
    return R"({"id":"cs_1","object":"checkout.session","status":"complete","payment_status":"paid","mode":"payment","customer":")" +
           customer + R"(","payment_intent":")" + intent + R"(","amount_total":)" + text(amount) +
           R"(,"currency":"usd","metadata":{"purser_account":"acct_42","purser_price":"price_site","purser_lookup_key":"site_once","purser_quantity":"2"}})";
  }
};

inline std::string old_event(const std::string &id, const std::string &type, std::int64_t created, const std::string &object) {
  std::string body = event(id, type, created, object);
  return body.replace(body.find("2026-06-24.dahlia"), 17, "2020-08-27");
}

/// small_catalog with other defaults.
inline std::string catalog_with(const std::string &defaults) {
  std::string catalog = small_catalog;
  return catalog.replace(catalog.find("\"features\""), 0, "\"defaults\": {" + defaults + "},\n  ");
}

}  // namespace purser::test
