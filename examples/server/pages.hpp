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
std::string dashboard_page(const Frame &frame, const Shop &shop, const purser::AccountView &view, const std::vector<Held> &held,
                           std::int64_t now_ms);
/// The feature is held: what stands behind the gate.
std::string feature_page(const Frame &frame, const Shop &shop, const std::string &feature, const std::vector<Held> &held);
/// It is not: what is missing, and what gives it.
std::string gate_page(const Frame &frame, const Shop &shop, const std::string &feature, const Holding &holding);

/// The button that buys or changes to one price.
std::string buy_button(const Frame &frame, const Shop &shop, const purser::Offer &offer, const Holding &holding,
                       const std::string &look = "");
/// "$49 per month", for machines as well.
std::string price_text(const purser::Offer &offer);
/// "5,000 leads per month"
std::string limit_text(const purser::LimitListed &limit);
Holding holding_of(const purser::AccountView &view);

}  // namespace host
