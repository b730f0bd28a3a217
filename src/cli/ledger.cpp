// purser ledger verify
#include "cli.hpp"
#include "json.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

struct Options {
  std::string store;
  std::optional<std::string> account;
  bool json = false;
};

/// schemas/ledger-verify.schema.json
std::string as_json(const LedgerVerified &verified) {
  Json json;
  json.object().key("intact").boolean(verified.intact).key("chains").number(verified.chains).key("entries").number(verified.entries);
  json.key("erased").number(verified.erased).key("broken").array();
  for (const BrokenChain &one : verified.broken)
    json.object().key("account").text_or_null(one.account).key("account_key").text(one.account_key).key("seq").number(one.seq).end();
  return json.end().end().written() + "\n";
}

std::string for_people(const LedgerVerified &verified) {
  std::string out = verified.intact ? coloured(Colour::green, "intact") : coloured(Colour::red, "broken");
  out += "  " + counted(verified.chains, "chain") + ", " + (verified.entries == 1 ? "1 entry" : grouped(verified.entries) + " entries") +
         ", " + grouped(verified.erased) + " erased\n";
  std::vector<std::vector<std::string>> rows;
  for (const BrokenChain &one : verified.broken)
    rows.push_back({one.account.empty() ? "(erased)" : printable(one.account), one.account_key, "from entry " + grouped(one.seq)});
  return out + table(rows);
}

int verify(const Options &options) {
  const LedgerVerified verified = open({.store = options.store}).ledger_verify({.account = options.account});
  print(options.json ? as_json(verified) : for_people(verified));
  return verified.intact ? exit_yes : exit_no;
}

}  // namespace

void add_ledger(CLI::App &app, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *group = app.add_subcommand("ledger", "The append-only chains: what changed, why, when");
  group->require_subcommand(1);
  CLI::App *command = group->add_subcommand("verify", "Recompute the chains: whatever somebody changed shows. Exit 0 intact, 1 broken");
  command->add_option("ACCOUNT", options->account, "One account; else every chain of the store, the erased ones too");
  add_store_option(*command, options->store);
  add_json_option(*command, options->json, "ledger-verify");
  command->footer("Examples:\n  purser ledger verify --store purser.db\n  purser ledger verify acct_42 --store purser.db --json");
  command->callback([options, &run] { run = [options] { return verify(*options); }; });
}

}  // namespace purser::cli
