// The two calls that lead to Stripe's pages, used by buttons and by the JSON API.
#pragma once
#include "host.hpp"

namespace host {

/// Which page of the portal; empty texts = its overview.
struct PortalWish {
  std::string flow;     ///< update, cancel or payment_method
  std::string product;  ///< whose subscription
  std::string tier;     ///< `product/tier` to change to
};

/// `price`: a lookup key or id of the catalog. Throws purser::Error.
purser::Checkout open_checkout(Host &host, const User &user, const std::string &price);
purser::Portal open_portal(Host &host, const User &user, const PortalWish &wish);

}  // namespace host
