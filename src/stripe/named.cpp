#include "stripe/named.hpp"

#include <algorithm>
#include <array>

#include "base/json_scan.hpp"
#include "stripe/reader.hpp"

namespace purser::stripe {
namespace {

constexpr std::string_view customer_prefix = "cus_";
/// pm_ too: payment_method.detached names its customer no more.
constexpr std::array<std::string_view, 15> prefixes{"sub_", "in_", "cs_", "pi_",   "ch_",    "py_", "re_", "pyr_",
                                                    "dp_",  "du_", "pm_", "seti_", "inpay_", "cn_", "ii_"};
/// Where an id may stand: free texts (`card_present`, `in_2024`) must not be taken for one.
constexpr std::array<std::string_view, 20> keys{
    "id",      "customer",       "subscription",       "invoice",          "payment_intent",
    "charge",  "latest_invoice", "latest_charge",      "payment_method",   "setup_intent",
    "dispute", "refund",         "schedule",           "checkout_session", "default_payment_method",
    "session", "credit_note",    "source_transaction", "invoice_item",     "payment"};

bool of_id(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool id_shape(std::string_view text) {
  return text.size() <= 255 && std::ranges::all_of(text, of_id) && std::ranges::any_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

class Reading {
 public:
  explicit Reading(Named &named) : named_(named) {}
  void open(bool) { key_.clear(); }
  void close() { key_.clear(); }
  void key(std::string_view key) { key_ = key; }
  void value(const json::Scalar &scalar) {
    if (scalar.kind == json::Kind::text) take(scalar.escaped ? json::unescape(scalar.raw) : std::string(scalar.raw));
    key_.clear();
  }

 private:
  void take(std::string text) {
    if (key_ == account_key || key_ == "client_reference_id") return add(named_.accounts, std::move(text));
    if (std::ranges::find(keys, key_) == keys.end()) return;
    if (text.starts_with(customer_prefix) && id_shape(text)) return add(named_.customers, std::move(text));
    if (personal_id(text)) add(named_.ids, std::move(text));
  }
  static void add(std::vector<std::string> &list, std::string text) {
    if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(std::move(text));
  }

  Named &named_;
  std::string key_;
};

}  // namespace

bool personal_id(std::string_view id) {
  return id_shape(id) &&
         (id.starts_with(customer_prefix) || std::ranges::any_of(prefixes, [&](auto prefix) { return id.starts_with(prefix); }));
}

Named named_in(std::string_view body) {
  Named named;
  Reading reading(named);
  if (json::Scanner(body, reading).run() == json::Fault::invalid) return {};
  return named;
}

}  // namespace purser::stripe
