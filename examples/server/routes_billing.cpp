// From a button to Stripe's page: checkout and portal. Both ask Purser, which asks the catalog; the browser names a price and no more.
#include "checkout.hpp"
#include "host.hpp"

namespace host {
namespace {

Response checkout(Host &host, Visit &visit) {
  try {
    return Response::see_other(open_checkout(host, *visit.user, visit.request.query_of("price")).url);
  } catch (const purser::Error &error) {
    if (error.reason() != "already_subscribed") throw;
    // The account has a subscription of this product already: it is changed in the portal, never bought twice.
    return Response::see_other(open_portal(host, *visit.user, {}).url);
  }
}

Response portal(Host &host, Visit &visit) {
  PortalWish wish;
  wish.flow = visit.request.query_of("flow");
  wish.product = visit.request.query_of("product");
  wish.tier = visit.request.query_of("tier");
  return Response::see_other(open_portal(host, *visit.user, wish).url);
}

}  // namespace

void add_billing(Router &router, Host &host) {
  router.add("POST", "/checkout", posted(host, checkout));
  router.add("POST", "/portal", posted(host, portal));
}

}  // namespace host
