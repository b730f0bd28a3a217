// Pricing, sign-in, welcome, dashboard and the gate.
#include <algorithm>

#include "host.hpp"
#include "pages.hpp"

namespace host {
namespace {

constexpr std::int64_t latest_invoices = 3;  ///< on the dashboard; all of them are on a page of their own

/// What the visitor asked for where that is sold, else what most is sold on.
Terms chosen(const Shop &shop, const Request &request) {
  Terms terms = shop.usual();
  const auto currencies = shop.currencies();
  if (std::find(currencies.begin(), currencies.end(), request.query_of("currency")) != currencies.end())
    terms.currency = request.query_of("currency");
  const std::string count = request.query_of("count");
  for (const Terms &one : shop.intervals())
    if (one.interval == request.query_of("interval") && std::to_string(one.interval_count) == (count.empty() ? "1" : count))
      terms.interval = one.interval, terms.interval_count = one.interval_count;
  return terms;
}

Response pricing(Host &host, Visit &visit) {
  const Shop shop = host.shop();
  const Holding holding = visit.user ? holding_of(host.purser().account_read({.account = visit.user->id})) : Holding();
  return Response::html(pricing_page(host.frame(visit, "Pricing", "/pricing"), shop, chosen(shop, visit.request), holding));
}

/// Only a path of this server: `//evil` and `/\evil` are other hosts to a browser.
std::string inside(const std::string &next) {
  const bool good = next.starts_with('/') && !next.starts_with("//") && next.find('\\') == std::string::npos &&
                    std::all_of(next.begin(), next.end(), [](unsigned char c) { return c > ' ' && c != 0x7f; });
  return good ? next : "/dashboard";
}

Response sign_in(Host &host, Visit &visit) {
  if (visit.user) return Response::see_other(inside(visit.request.query_of("next")));
  return Response::html(sign_in_page(host.frame(visit, "Sign in"), visit.request.query_of("next"), ""));
}

Response sign_in_posted(Host &host, Visit &visit) {
  const Fields form = read_form(visit.request.body);
  const std::string typed = Request::of(form, "email"), next = Request::of(form, "next");
  const auto email = read_email(typed);
  if (!email) return Response::html(sign_in_page(host.frame(visit, "Sign in"), next, typed.empty() ? " " : typed), 400);
  const User user = host.users().sign_in(*email);
  static_cast<void>(host.sessions().end(visit.request));  // a session is never taken over by another user
  Response response = Response::see_other(inside(next));
  response.headers.emplace_back("Set-Cookie", host.sessions().begin(user.id, system_ms()));
  return response;
}

Response sign_out(Host &host, Visit &visit) {
  Response response = Response::see_other("/pricing");
  response.headers.emplace_back("Set-Cookie", host.sessions().end(visit.request));
  return response;
}

Response welcome(Host &host, Visit &visit) {
  const std::string session = visit.request.query_of("session_id");
  purser::Confirmation confirmed{.session_id = session, .status = "complete"};
  if (host.options().confirms) confirmed = host.purser().checkout_confirm({.account = visit.user->id, .session = session});
  host.feed().poke();
  const Account account = read_account(host.purser(), visit.user->id);
  return Response::html(welcome_page(host.frame(visit, "Welcome"), host.shop(), confirmed, account.held));
}

Response dashboard(Host &host, Visit &visit) {
  const auto latest = host.purser().invoice_list({.account = visit.user->id, .limit = latest_invoices});
  return Response::html(dashboard_page(host.frame(visit, "Dashboard", "/dashboard"), host.shop(),
                                       read_account(host.purser(), visit.user->id), latest.invoices, host.now_ms()));
}

/// The gate of every paid feature is this one line: purser.check(account, feature).
Response feature(Host &host, Visit &visit) {
  const std::string key = visit.request.part("feature");
  const Shop shop = host.shop();
  if (!shop.feature_names().contains(key))
    return refused_page(host.frame(visit, "Not found"), 404, "There is no such feature", "The catalog does not know it.");
  const bool open = host.purser().check(visit.user->id, key);
  const Account account = read_account(host.purser(), visit.user->id);
  const Frame frame = host.frame(visit, shop.feature_names().at(key));
  return open ? Response::html(feature_page(frame, shop, key, account.held))
              : Response::html(gate_page(frame, shop, key, holding_of(account.view)), 403);
}

}  // namespace

void add_pages(Router &router, Host &host) {
  router.add("GET", "/", [](Request &) { return Response{302, "text/plain; charset=utf-8", "", {{"Location", "/pricing"}}}; });
  router.add("GET", "/pricing", visited(host, pricing));
  router.add("GET", "/sign-in", visited(host, sign_in));
  router.add("POST", "/sign-in", visited(host, sign_in_posted));
  router.add("POST", "/sign-out", posted(host, sign_out));
  router.add("GET", "/welcome", signed_in(host, welcome));
  router.add("GET", "/dashboard", signed_in(host, dashboard));
  router.add("GET", "/features/{feature}", signed_in(host, feature));
}

}  // namespace host
