// What belongs to who signed in: invoices, a copy of the data, and the account's end.
#include <algorithm>

#include "host.hpp"
#include "json.hpp"
#include "pages.hpp"

namespace host {
namespace {

Response invoices(Host &host, Visit &visit) {
  const std::string after = visit.request.query_of("after");
  purser::InvoiceListIn in{.account = visit.user->id, .limit = 25};
  if (!after.empty()) in.after = after;
  return Response::html(invoices_page(host.frame(visit, "Invoices", "/invoices"), host.purser().billing_read({.account = visit.user->id}),
                                      host.purser().invoice_list(in)));
}

Response settings_of(Host &host, Visit &visit, SettingsView view, int status = 200) {
  const auto billing = host.purser().billing_read({.account = visit.user->id});
  view.closed_at_ms = host.users().closed_at_ms(visit.user->id);
  view.bought = !billing.customer.empty();
  view.lives = std::any_of(billing.subscriptions.begin(), billing.subscriptions.end(), [](const auto &one) { return one.ended_ms == 0; });
  return Response::html(settings_page(host.frame(visit, "Account settings"), view), status);
}

Response settings(Host &host, Visit &visit) { return settings_of(host, visit, {}); }

/// This host's own row, and Purser's document. Who never bought anything has no rows there.
Response exported(Host &host, Visit &visit) {
  std::string document = "null";
  try {
    document = host.purser().account_export({.account = visit.user->id}).document;
  } catch (const purser::Error &error) {
    if (error.status() != PURSER_NOT_FOUND) throw;
  }
  const User &user = *visit.user;
  const std::string own = json::write(json::Object{{"id", user.id}, {"email", user.email}, {"tier", user.tier}});
  Response response = Response::json("{\"user\":" + own + ",\"purser\":" + document + "}\n");
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"my-data.json\"");
  return response;
}

/// What only the account's owner types; the session alone is a click away.
bool confirmed(const Visit &visit) { return visit.request.query_of("confirm") == visit.user->email; }

Response closed(Host &host, Visit &visit) {
  if (!confirmed(visit)) return settings_of(host, visit, {.wrong = "close"}, 400);
  const std::int32_t when = visit.request.query_of("when") == "now" ? PURSER_CLOSE_NOW : PURSER_CLOSE_AT_PERIOD_END;
  const auto done = host.purser().account_close({.account = visit.user->id, .when = when});
  host.users().close(visit.user->id, done.closed_at_ms);
  host.feed().poke();
  return done.open > 0 ? settings_of(host, visit, {.unconfirmed = done.open}) : Response::see_other("/settings");
}

/// Purser's rows first: a crash before the second step leaves a user who may ask again.
Response erased(Host &host, Visit &visit) {
  if (!confirmed(visit)) return settings_of(host, visit, {.wrong = "erase"}, 400);
  try {
    static_cast<void>(host.purser().account_erase({.account = visit.user->id}));
  } catch (const purser::Error &error) {
    if (error.status() != PURSER_NOT_FOUND) throw;  // never bought anything, or erased before
  }
  host.users().remove(visit.user->id);
  const std::string cookie = host.sessions().end(visit.request);
  visit.user.reset();
  visit.session.reset();
  Response response = Response::html(erased_page(host.frame(visit, "Erased")));
  response.headers.emplace_back("Set-Cookie", cookie);
  return response;
}

}  // namespace

void add_account(Router &router, Host &host) {
  router.add("GET", "/invoices", signed_in(host, invoices));
  router.add("GET", "/settings", signed_in(host, settings));
  router.add("GET", "/settings/export", signed_in(host, exported));
  router.add("POST", "/settings/close", posted(host, closed));
  router.add("POST", "/settings/erase", posted(host, erased));
}

}  // namespace host
