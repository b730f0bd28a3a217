// purser parked list
#include <algorithm>

#include "cli.hpp"
#include "json.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

struct Options {
  std::string store;
  std::int64_t limit = listed_default;
  bool foreign = false, json = false;
};

/// schemas/parked-list.schema.json
std::string as_json(const std::vector<ParkedObject> &objects, bool more) {
  Json json;
  json.object().key("objects").array();
  for (const ParkedObject &one : objects) {
    json.object().key("type").text(one.type).key("id").text(one.id).key("customer").text_or_null(one.customer);
    json.key("suggestion").text_or_null(one.suggestion).key("outcome").text(one.outcome);
    json.key("stripe_account").text_or_null(one.stripe_account).key("since_ms").number(one.since_ms).end();
  }
  return json.end().key("more").boolean(more).end().written() + "\n";
}

std::string for_people(const std::vector<ParkedObject> &objects, bool more) {
  if (objects.empty()) return "Nothing is parked.\n";
  std::vector<std::vector<std::string>> rows;
  for (const ParkedObject &one : objects)
    rows.push_back({printable(one.type), printable(one.id), printable(one.customer), one.outcome, "since " + moment(one.since_ms),
                    one.suggestion.empty() ? "" : "says it is " + printable(one.suggestion)});
  return table(rows) + "\nTo whom a customer belongs says: purser account link ACCOUNT CUSTOMER\n" +
         (more ? "There are more; --limit says how many are listed.\n" : "");
}

int list(const Options &options) {
  const Purser purser = open({.store = options.store});
  std::vector<ParkedObject> objects;
  std::optional<std::string> next;
  do {
    const ParkedList page =
        purser.parked_list({.limit = std::min<std::int64_t>(1000, options.limit - static_cast<std::int64_t>(objects.size())),
                            .after = next,
                            .foreign = options.foreign});
    objects.insert(objects.end(), page.objects.begin(), page.objects.end());
    next = page.next.empty() ? std::nullopt : std::optional(page.next);
  } while (next && static_cast<std::int64_t>(objects.size()) < options.limit);
  print(options.json ? as_json(objects, next.has_value()) : for_people(objects, next.has_value()));
  return exit_yes;
}

}  // namespace

void add_parked(CLI::App &app, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *group = app.add_subcommand("parked", "What belongs to no account yet");
  group->require_subcommand(1);
  CLI::App *command = group->add_subcommand("list", "Objects whose customer is linked to no account, oldest first");
  add_store_option(*command, options->store);
  add_limit_option(*command, options->limit);
  command->add_flag("--foreign", options->foreign, "Those of other applications on the same Stripe account instead");
  add_json_option(*command, options->json, "parked-list");
  command->footer("Example:\n  purser parked list --store purser.db");
  command->callback([options, &run] { run = [options] { return list(*options); }; });
}

}  // namespace purser::cli
