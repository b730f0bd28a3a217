// Pricing, sign-in, and what is refused before anything was sold.
#include <set>
#include <tuple>

#include "story_steps.hpp"

namespace host::story {
namespace {

using Shown = std::tuple<std::string, std::string, std::int64_t>;  ///< currency, interval, count

std::set<Shown> all_terms(const Catalog &catalog) {
  std::set<Shown> terms;
  const auto note = [&](const std::vector<Sold> &all) {
    for (const Sold &one : all)
      for (const Price &price : one.prices)
        if (!price.retired && !price.interval.empty()) terms.emplace(price.currency, price.interval, price.interval_count);
  };
  for (const Product &product : catalog.products) note(product.tiers);
  note(catalog.add_ons);
  return terms;
}

/// Every name, and every price that is sold on these terms, stands on the page.
void expect_on_page(Stage &stage, const std::string &page, const std::vector<Sold> &all, const Shown &terms) {
  for (const Sold &one : all)
    for (const Price &price : one.prices) {
      const bool shown = !price.retired && (price.interval.empty() ? price.currency == std::get<0>(terms)
                                                                   : Shown(price.currency, price.interval, price.interval_count) == terms);
      if (!shown) continue;
      const std::string amount = "value=\"" + esc(price.currency) + " " + std::to_string(price.amount) + "\"";
      stage.expect(page.find(esc(one.name)) != std::string::npos, "the pricing page does not name " + one.name);
      stage.expect(page.find(amount) != std::string::npos, "the pricing page does not show " + amount + " of " + one.name);
    }
}

void expect_refused(Stage &stage, const std::string &what, int status, const std::string &reason, const Response &response) {
  const auto body = json::read_object(response.body);
  stage.expect(response.status == status && body && (reason.empty() || json::text_of(*body, "reason") == reason),
               what + ": expected " + std::to_string(status) + " " + reason + ", found " + shown(response));
  stage.printer.line(std::to_string(status) + "  " + json::text_of(*body, "reason") + "  (" + what + ")");
}

}  // namespace

void visit_pricing(Stage &stage) {
  stage.printer.step("pricing", "a visitor sees what is sold, on every term that it is sold on");
  const auto terms = all_terms(stage.catalog);
  for (const Shown &one : terms) {
    const auto &[currency, interval, count] = one;
    const Response response =
        stage.stranger.get("/pricing?currency=" + currency + "&interval=" + interval + "&count=" + std::to_string(count));
    stage.expect(response.status == 200, "GET /pricing: expected 200, found " + shown(response));
    for (const Product &product : stage.catalog.products) {
      stage.expect(response.body.find(esc(product.name)) != std::string::npos, "the pricing page does not name " + product.name);
      expect_on_page(stage, response.body, product.tiers, one);
    }
    expect_on_page(stage, response.body, stage.catalog.add_ons, one);
    expect_on_page(stage, response.body, stage.catalog.one_time, one);
  }
  stage.printer.line(std::to_string(stage.catalog.products.size()) + " products on " + std::to_string(terms.size()) +
                     " terms: every name and price is there");
}

void sign_in(Stage &stage) {
  stage.printer.step("sign-in", "Ann signs in; so does Bob, who buys nothing");
  for (auto [browser, email] : {std::pair(&stage.ann, "ann@example.com"), std::pair(&stage.bob, "bob@example.com")}) {
    const Response response = browser->post_form("/sign-in", std::string("email=") + email);
    stage.expect(response.status == 303, std::string("sign-in of ") + email + ": expected 303, found " + shown(response));
  }
  const auto me = json::read_object(stage.ann.get("/api/v1/me").body);
  stage.expect(me.has_value(), "GET /api/v1/me: expected an object");
  stage.user = stage.host.users().find(json::text_of(*me, "userId")).value_or(User{});
  stage.expect_equal("e-mail of the signed-in user", "ann@example.com", stage.user.email);
  stage.printer.users({}, stage.host.users().all());
  stage.expect_truth();
}

void refusals(Stage &stage) {
  stage.printer.step("refusals", "what nobody may do");
  const Price *sold = pick(stage.catalog).any();
  const std::string price = sold ? sold->key() : "price_1NothingIsSold";
  const std::string checkout = "/api/v1/stripe/create-checkout";
  const std::string own = json::write(json::Object{{"priceId", price}, {"userId", stage.user.id}});
  expect_refused(stage, "not signed in", 401, "not_signed_in", stage.stranger.post_json(checkout, own));
  expect_refused(stage, "for another user", 403, "other_user", stage.bob.post_json(checkout, own));
  expect_refused(stage, "a price outside the catalog", 404, "", stage.create_checkout("price_1NotInThisCatalog", stage.user.id));
  expect_refused(stage, "no JSON", 400, "no_json", stage.ann.post_json(checkout, "priceId"));
  expect_refused(stage, "portal before any purchase", 404, "no_billing_account",
                 stage.ann.post_json("/api/v1/stripe/create-portal", json::write(json::Object{{"userId", stage.user.id}})));
  expect_refused(stage, "a webhook without a signature", 400, "",
                 stage.stranger.post_json("/api/v1/webhooks/stripe", "{\"id\":\"evt_1\",\"object\":\"event\"}"));
  stage.expect_truth();
}

}  // namespace host::story
