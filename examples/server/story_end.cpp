// The end of an account: Bob buys, closes, takes his data along, and is erased. Ann notices nothing.
#include "story_steps.hpp"

namespace host::story {
namespace {

constexpr const char *email = "bob@example.com";

struct Bob {
  Stage &stage;
  std::string user, customer;

  std::string csrf() {
    const std::string page = stage.bob.get("/dashboard").body;
    const std::string mark = "name=\"csrf\" value=\"";
    const std::size_t at = page.find(mark);
    stage.expect(at != std::string::npos, "Bob's dashboard has no form");
    return page.substr(at + mark.size(), page.find('"', at + mark.size()) - at - mark.size());
  }
  Response post(const std::string &target, const std::string &more) { return stage.bob.post_form(target, "csrf=" + csrf() + "&" + more); }
  Response buy(const std::string &price) {
    return stage.bob.post_json("/api/v1/stripe/create-checkout", json::write(json::Object{{"priceId", price}, {"userId", user}}));
  }
  std::int64_t living() {
    std::int64_t count = 0;
    for (const auto &one : stage.host.purser().billing_read({.account = user}).subscriptions) count += one.ended_ms == 0 ? 1 : 0;
    return count;
  }
  std::int64_t rows(const std::string &view, const std::string &column, const std::string &value) {
    const auto answer = stage.host.purser().query({.sql = "select count(*) from " + view + " where " + column + " = '" + value + "'"});
    return std::get<std::int64_t>(answer.rows.at(0).at(0));
  }
};

void buys(Bob &bob, const Price &price) {
  Stage &stage = bob.stage;
  stage.begin("bob-buys", "Bob buys something, too");
  const Response response = bob.buy(price.key());
  const auto opened = json::read_object(response.body);
  stage.expect(response.status == 200 && opened, "Bob's checkout: expected 200, found " + shown(response));
  const std::string session = json::text_of(*opened, "sessionId");
  stage.box().pay(session);
  bob.customer = json::text_of(stage.stripe("/v1/checkout/sessions/" + session), "customer");
  stage.deliver();
  stage.end();
  stage.expect_equal("Bob's living subscriptions", price.interval.empty() ? "0" : "1", std::to_string(bob.living()));
}

void closes(Bob &bob, const Price &price) {
  Stage &stage = bob.stage;
  stage.begin("close", "Bob closes his account: at the period's end, then at once; nothing is sold to him any more");
  stage.expect_equal("closing without the right confirmation", "400",
                     std::to_string(bob.post("/settings/close", "when=now&confirm=bob").status));
  for (const char *when : {"period_end", "now"}) {
    const Response response = bob.post("/settings/close", std::string("when=") + when + "&confirm=" + email);
    stage.expect(response.status == 303, std::string("closing, ") + when + ": expected 303, found " + shown(response));
    stage.deliver();
  }
  stage.end();
  stage.expect_equal("Bob's living subscriptions", "0", std::to_string(bob.living()));
  const Response refused = bob.buy(price.key());
  stage.expect(refused.status == 409 && refused.body.find("account_closed") != std::string::npos,
               "buying for a closed account: expected 409 account_closed, found " + shown(refused));
  stage.printer.line("cancelled at Stripe; another purchase: 409 account_closed");
}

void erases(Bob &bob) {
  Stage &stage = bob.stage;
  stage.begin("erase", "Bob takes his data along and is erased; what Stripe still says of him is not kept");
  const Response exported = stage.bob.get("/settings/export");
  stage.expect(
      exported.status == 200 && exported.body.find(email) != std::string::npos && exported.body.find(bob.customer) != std::string::npos,
      "the export does not hold Bob's address and customer");
  stage.printer.line("export: " + std::to_string(exported.body.size()) + " bytes of JSON");
  const Response erased = bob.post("/settings/erase", std::string("confirm=") + email);
  stage.expect(erased.status == 200, "erasing: expected 200, found " + shown(erased));
  stage.expect(!stage.host.users().find(bob.user), "the users table still knows Bob");
  stage.expect_equal("Bob's session", "401", std::to_string(stage.bob.get("/api/v1/me").status));
  stage.box().card(bob.customer, PURSER_CARD_GOOD);
  static_cast<void>(stage.box().request("POST", "/v1/customers/" + bob.customer, "name=Bob"));
  stage.deliver();
  stage.expect_equal("objects of Bob's customer", "0", std::to_string(bob.rows("purser_v_object", "customer", bob.customer)));
  stage.expect_equal("accounts of Bob's name", "0", std::to_string(bob.rows("purser_v_account", "account", bob.user)));
  const auto verified = stage.host.purser().ledger_verify({});
  stage.expect(verified.intact && verified.erased == 1, "the ledger: expected it intact with one erased chain, found " +
                                                            std::string(verified.intact ? "intact, " : "broken, ") +
                                                            std::to_string(verified.erased) + " erased");
  stage.printer.line("the ledger is intact: " + std::to_string(verified.chains) + " chains, one of them erased");
  stage.end();
}

}  // namespace

void close_and_erase(Stage &stage, Plot &plot) {
  const Choice &choice = plot.pick.tier ? plot.pick.tier : plot.pick.add_on ? plot.pick.add_on : plot.pick.one_time;
  if (!choice) return stage.printer.left_out("closing and erasure", "the catalog sells nothing, so no account has anything to close");
  const auto me = json::read_object(stage.bob.get("/api/v1/me").body);
  stage.expect(me.has_value(), "GET /api/v1/me of Bob: expected an object");
  Bob bob{stage, json::text_of(*me, "userId"), ""};
  buys(bob, *choice.price);
  closes(bob, *choice.price);
  erases(bob);
}

}  // namespace host::story
