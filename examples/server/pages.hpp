// The pages as functions of what they show.
#pragma once
#include <map>
#include <purser.hpp>
#include <string>
#include <vector>

#include "billing.hpp"
#include "html.hpp"
#include "http.hpp"
#include "shop.hpp"

namespace host {

/// The tiers that the visitor holds now, by product; empty for who is not signed in.
using Holding = std::map<std::string, std::string>;

std::string pricing_page(const Frame &frame, const Shop &shop, const Terms &terms, const Holding &holding);
/// `next`: where the visitor wanted to go; `wrong`: what was typed and is no address.
std::string sign_in_page(const Frame &frame, const std::string &next, const std::string &wrong);
std::string welcome_page(const Frame &frame, const Shop &shop, const purser::Confirmation &confirmed, const std::vector<Held> &held);
/// `invoices`: the latest ones.
std::string dashboard_page(const Frame &frame, const Shop &shop, const Account &account, const std::vector<purser::InvoiceListed> &invoices,
                           std::int64_t now_ms);
std::string invoices_page(const Frame &frame, const purser::Billing &billing, const purser::InvoiceList &list);
/// The feature is held: what stands behind the gate.
std::string feature_page(const Frame &frame, const Shop &shop, const std::string &feature, const std::vector<Held> &held);
/// It is not: what is missing, and what gives it.
std::string gate_page(const Frame &frame, const Shop &shop, const std::string &feature, const Holding &holding);

/// What the account settings show.
struct SettingsView {
  std::int64_t closed_at_ms = 0;  ///< 0 = it is open
  bool bought = false;            ///< something was bought once
  bool lives = false;             ///< a subscription lives
  std::int64_t unconfirmed = 0;   ///< subscriptions whose end Stripe has not confirmed
  std::string wrong = {};         ///< the form whose confirmation was wrong: close or erase
};
std::string settings_page(const Frame &frame, const SettingsView &view);
std::string erased_page(const Frame &frame);

/// What the account's people should be told; empty where there is nothing.
std::string notices(const Frame &frame, const Shop &shop, const Account &account);
std::string invoice_table(const std::vector<purser::InvoiceListed> &invoices);

/// The button that buys or changes to one price.
std::string buy_button(const Frame &frame, const Shop &shop, const purser::Offer &offer, const Holding &holding,
                       const std::string &look = "");
/// "$49 per month", for machines as well.
std::string price_text(const purser::Offer &offer);
/// "5,000 leads per month"
std::string limit_text(const purser::LimitListed &limit);
Holding holding_of(const purser::AccountView &view);

}  // namespace host
