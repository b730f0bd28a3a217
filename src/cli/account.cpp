// purser account show, purser account link
#include "cli.hpp"
#include "json.hpp"
#include "open.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

struct Options {
  std::string account, customer, store;
  std::optional<std::int64_t> at_s;
  bool json = false;
};

/// "product/tier"; an add-on belongs to no product.
std::string tier_of(const GrantHeld &grant) { return grant.product.empty() ? grant.tier : grant.product + "/" + grant.tier; }

void write_grant(Json &json, const GrantHeld &grant) {
  json.object().key("tier").text(tier_of(grant)).key("cause").text(grant.cause).key("subscription").text(grant.subscription);
  json.key("item").text(grant.item).key("price").text(grant.price).key("status").text(grant.status).key("reason").text(grant.reason);
  json.key("valid_until_ms").number(grant.valid_until_ms).key("unconfirmed").boolean(grant.unconfirmed).end();
}

/// schemas/account-show.schema.json
std::string as_json(const AccountView &view) {
  Json json;
  json.object().key("account").text(view.account).key("mode").text(view.mode).key("customer").text_or_null(view.customer);
  json.key("tiers").object();
  for (const TierHeld &held : view.tiers) json.key(held.product).text(held.tier);
  json.end().key("features").array();
  for (const std::string &feature : view.features) json.text(feature);
  json.end().key("limits").object();
  for (const LimitHeld &held : view.limits) {
    json.key(held.meter).object().key("limit");
    held.limit == PURSER_UNLIMITED ? json.null() : json.number(held.limit);
    json.key("window").text(held.window).end();
  }
  json.end().key("grants").array();
  for (const GrantHeld &grant : view.grants) write_grant(json, grant);
  json.end().key("state_hash").text(view.state_hash).end();
  return json.written() + "\n";
}

Colour colour_of(const std::string &reason) {
  if (reason == "active" || reason == "trial") return Colour::green;
  return reason == "grace" ? Colour::yellow : Colour::red;
}

std::vector<std::string> grant_row(const GrantHeld &grant) {
  const std::string until = grant.valid_until_ms == 0 ? "denied" : "until " + moment(grant.valid_until_ms);
  return {printable(tier_of(grant)),
          coloured(colour_of(grant.reason), grant.reason + (grant.unconfirmed ? " (unconfirmed)" : "")),
          until,
          printable(grant.subscription + " " + grant.item),
          printable(grant.price),
          printable(grant.status) + " at Stripe"};
}

std::string limit_text(const LimitHeld &held) {
  if (held.limit == PURSER_UNLIMITED) return "unlimited";
  return held.limit == 0 ? coloured(Colour::dim, "none") : grouped(held.limit);
}

std::string window_text(const LimitHeld &held) {
  if (held.limit == 0 || held.limit == PURSER_UNLIMITED) return "";
  if (held.window == "lifetime") return "in all";
  return "per " + (held.window == "billing_period" ? "billing period" : held.window);
}

std::string for_people(const AccountView &view) {
  std::vector<std::vector<std::string>> tiers, limits, grants;
  for (const TierHeld &held : view.tiers) tiers.push_back({held.product, held.tier});
  for (const LimitHeld &held : view.limits) limits.push_back({held.meter, limit_text(held), window_text(held)});
  for (const GrantHeld &grant : view.grants) grants.push_back(grant_row(grant));
  std::string features;
  for (const std::string &feature : view.features) features += "  " + feature + "\n";
  std::string out = coloured(Colour::bold, printable(view.account)) + "  " + view.mode + " store, ";
  out += view.customer.empty() ? "no customer linked\n" : "customer " + printable(view.customer) + "\n";
  if (!tiers.empty()) out += heading("Tiers") + table(tiers);
  if (tiers.empty()) out += "\nThe store has no catalog yet: purser replay --catalog applies one.\n";
  if (!features.empty()) out += heading("Features") + features;
  if (!limits.empty()) out += heading("Limits") + table(limits);
  if (!grants.empty()) out += heading("Grants") + table(grants);
  return out + "\n" + coloured(Colour::dim, "state " + view.state_hash) + "\n";
}

int show(const Options &options) {
  const Purser purser = open({.store = options.store, .now_s = options.at_s});
  const AccountView view = purser.account_read({.account = options.account});
  print(options.json ? as_json(view) : for_people(view));
  return exit_yes;
}

/// A new store is offline: only a host that holds a secret makes another one.
Purser open_or_make(const std::string &store) {
  try {
    return open({.store = store});
  } catch (const Error &error) {
    if (error.status() != PURSER_NOT_FOUND) throw;
  }
  Purser made = open({.store = store, .mode = "offline", .must_exist = false});
  print_error("purser: made the offline store " + printable(store) + "\n");
  return made;
}

int link(const Options &options) {
  const Purser purser = open_or_make(options.store);
  const LinkMade made = purser.account_link({.account = options.account, .customer = options.customer});
  const std::string counting = made.subscriptions == 1 ? "1 subscription counts" : grouped(made.subscriptions) + " subscriptions count";
  print(printable(options.customer) + (made.changed ? " now belongs to " : " belongs to ") + printable(options.account) + "; " + counting +
        "\n");
  return exit_yes;
}

void add_common(CLI::App &command, Options &options) {
  command.add_option("ACCOUNT", options.account, "The account, by the host's own id")->required();
  add_store_option(command, options.store);
}

}  // namespace

void add_account(CLI::App &app, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *group = app.add_subcommand("account", "Accounts: what they hold, who their customer is, what they owe, and their end");
  group->require_subcommand(1);

  CLI::App *showing = group->add_subcommand("show", "What the account holds: tiers, features, limits, and why");
  add_common(*showing, *options);
  add_seconds(*showing, "--at", options->at_s, "Decide for this moment, by what is known today");
  showing->add_flag("--json", options->json, "One JSON object (schemas/account-show.schema.json)");
  showing->footer(
      "Examples:\n"
      "  purser account show acct_42 --store purser.db\n"
      "  purser account show acct_42 --store purser.db --at 1767225600 --json");
  showing->callback([options, &run] { run = [options] { return show(*options); }; });

  CLI::App *linking = group->add_subcommand("link", "Link a Stripe customer to the account, also before any event of it was seen");
  add_common(*linking, *options);
  linking->add_option("CUSTOMER", options->customer, "The Stripe customer, cus_...")->required();
  linking->footer(
      "Where there is no store yet, an offline one is made.\n\nExample:\n"
      "  purser account link acct_42 cus_NffrFeUfNV2Hib --store purser.db");
  linking->callback([options, &run] { run = [options] { return link(*options); }; });
  add_account_billing(*group, run);
  add_account_end(*group, run);
}

}  // namespace purser::cli
