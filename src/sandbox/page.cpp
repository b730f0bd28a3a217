#include "sandbox/page.hpp"

#include "base/error.hpp"
#include "sandbox/page_html.hpp"
#include "sandbox/post.hpp"

namespace purser::sandbox {
namespace {

constexpr std::int64_t webhook_timeout_ms = 10'000;  // Stripe's checkout page waits that long before it leads the buyer back

WebAnswer front_page() {
  return html::document(
      "Purser sandbox",
      "<section class=\"sheet narrow\">\n<h1>Purser sandbox</h1>\n<p>A stand-in for Stripe with a clock of its own. "
      "The API is at <code>/v1</code>; checkout and portal pages open from the addresses that it gives.</p>\n</section>\n");
}

WebAnswer route(Sandbox &box, const WebRequest &request) {
  constexpr std::string_view checkout = "/c/pay/", portal = "/p/session/";
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (request.method != "GET" && request.method != "POST") return html::message("Not here", "Only GET and POST are answered.", {}, {}, 405);
  if (path.starts_with(checkout)) return checkout_page(box, request, path.substr(checkout.size()));
  if (path.starts_with(portal)) return portal_page(box, request, path.substr(portal.size()));
  if (path == "/sandbox.css")
    return {200, {{"Content-Type", "text/css; charset=utf-8"}, {"Cache-Control", "no-cache"}}, std::string(html::style), false};
  if (path == "/") return front_page();
  return html::message("Nothing here", "There is no such page in the sandbox.", {}, {}, 404);
}

}  // namespace

WebAnswer page(Sandbox &box, const WebRequest &request) {
  try {
    return route(box, request);
  } catch (const Failure &failure) {
    return html::message("That did not work", failure.error().message, {}, {}, failure.error().status == Status::not_found ? 404 : 409);
  }
}

void deliver_to_host(Sandbox &box) {
  const std::string url = box.webhook_url();
  if (url.empty()) return;
  const auto address = read_loopback(url);
  // An event whose answer is not 2xx goes on waiting in the sandbox: the buyer is led back all the same.
  Deliver how;
  how.connected = false;  // theirs is another endpoint
  box.deliver(how, [&](const Delivery &delivery) {
    return post(address,
                {{"Content-Type", "application/json; charset=utf-8"},
                 {"Stripe-Signature", delivery.signature},
                 {"User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)"}},
                delivery.body, webhook_timeout_ms)
        .status;
  });
}

}  // namespace purser::sandbox
