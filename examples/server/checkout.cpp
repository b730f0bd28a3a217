#include "checkout.hpp"

#include <map>

namespace host {
namespace {

/// How often the tier is paid, in Purser's constants, where there is one word for it.
std::int32_t interval_of(const Shop &shop, const std::string &tier) {
  static const std::map<std::string, std::int32_t> intervals{
      {"day", PURSER_DAY}, {"week", PURSER_WEEK}, {"month", PURSER_MONTH}, {"year", PURSER_YEAR}};
  const std::size_t slash = tier.find('/');
  const auto offers = shop.offers(tier.substr(0, slash), tier.substr(slash + 1));
  const auto found = offers.empty() ? intervals.end() : intervals.find(offers.front().interval);
  return found == intervals.end() ? PURSER_ANY : found->second;
}

}  // namespace

purser::Checkout open_checkout(Host &host, const User &user, const std::string &price) {
  return host.purser().checkout_create({.account = user.id,
                                        .email = user.email,
                                        .price = price,
                                        .success_url = host.origin() + "/welcome?session_id={CHECKOUT_SESSION_ID}",
                                        .cancel_url = host.origin() + "/pricing"});
}

purser::Portal open_portal(Host &host, const User &user, const PortalWish &wish) {
  static const std::map<std::string, std::int32_t> flows{
      {"update", PURSER_PORTAL_UPDATE}, {"cancel", PURSER_PORTAL_CANCEL}, {"payment_method", PURSER_PORTAL_PAYMENT_METHOD}};
  purser::PortalCreateIn in{.account = user.id, .return_url = host.origin() + "/dashboard"};
  if (!wish.product.empty()) in.product = wish.product;
  if (const auto flow = flows.find(wish.flow); flow != flows.end()) in.flow = flow->second;
  if (!wish.tier.empty()) {
    in.flow = PURSER_PORTAL_UPDATE_CONFIRM;
    in.tier = wish.tier;
    in.interval = interval_of(host.shop(), wish.tier);
  }
  return host.purser().portal_create(in);
}

}  // namespace host
