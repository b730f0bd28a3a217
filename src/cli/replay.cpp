// purser replay
#include "cli.hpp"
#include "documents.hpp"
#include "json.hpp"
#include "open.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

constexpr std::size_t refused_listed_max = 100;

struct Options {
  std::vector<std::string> paths;
  std::string store;
  std::optional<std::string> catalog;
  std::optional<std::int64_t> now_s;
  bool json = false;
  bool strict = false;
};

struct RefusedAt {
  std::string source;
  Refused refused;
};

struct Sum {
  ReplayReport report;  ///< counts added up; totals of the last call
  std::vector<RefusedAt> refused;
  std::int64_t rejected() const {
    for (const OutcomeCount &one : report.outcomes)
      if (one.outcome == "rejected") return one.count;
    return 0;
  }
};

void add(Sum &sum, const ReplayReport &part) {
  sum.report.documents += part.documents;
  if (sum.report.outcomes.empty()) {
    sum.report.outcomes = part.outcomes;
  } else {
    for (std::size_t i = 0; i < part.outcomes.size(); i++) sum.report.outcomes[i].count += part.outcomes[i].count;
  }
}

void add_totals(Sum &sum, const ReplayReport &whole) {
  add(sum, whole);
  sum.report.accounts = whole.accounts;
  sum.report.subscriptions = whole.subscriptions;
  sum.report.grants = whole.grants;
  sum.report.state_hash = whole.state_hash;
}

/// One line on a terminal that counts up, and is gone before anything else is printed, errors included.
class Progress {
 public:
  Progress() = default;
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;
  ~Progress() {
    if (errors_are_terminal()) print_error("\r\x1b[K");
  }
  void show(std::int64_t documents) {
    if (errors_are_terminal()) print_error("\r" + grouped(documents) + " documents\x1b[K");
  }
};

Sum replay_all(const Purser &purser, const std::vector<std::string> &sources) {
  Sum sum;
  Progress progress;
  for (const std::string &source : sources)
    each_slice(source, [&](const Slice &slice) {
      const ReplayReport part = purser.event_replay({.documents = slice.documents});
      add(sum, part);
      for (const Refused &refused : part.refused)
        if (sum.refused.size() < refused_listed_max)
          sum.refused.push_back({source, {slice.lines_before + refused.line, refused.reason, refused.message}});
      progress.show(sum.report.documents);
    });
  add_totals(sum, purser.event_replay({.documents = "\n", .totals = true}));
  return sum;
}

/// schemas/replay.schema.json
std::string as_json(const Sum &sum) {
  Json json;
  json.object().key("documents").number(sum.report.documents).key("outcomes").object();
  for (const OutcomeCount &one : sum.report.outcomes) json.key(one.outcome).number(one.count);
  json.end().key("accounts").number(sum.report.accounts).key("subscriptions").number(sum.report.subscriptions);
  json.key("grants").number(sum.report.grants).key("state_hash").text(sum.report.state_hash).key("refused").array();
  for (const auto &[source, refused] : sum.refused)
    json.object()
        .key("source")
        .text(source)
        .key("line")
        .number(refused.line)
        .key("reason")
        .text(refused.reason)
        .key("message")
        .text(refused.message)
        .end();
  return json.end().end().written() + "\n";
}

void name_refused(const Sum &sum) {
  for (const auto &[source, refused] : sum.refused)
    print_error("purser: " + printable(source) + ":" + std::to_string(refused.line) + ": " + refused.reason + ": " +
                printable(refused.message) + "\n");
  const std::int64_t more = sum.rejected() - static_cast<std::int64_t>(sum.refused.size());
  if (more > 0) print_error("purser: and " + grouped(more) + " more refused documents\n");
}

std::string for_people(const Sum &sum) {
  std::vector<std::vector<std::string>> outcomes;
  std::size_t widest = 0;
  for (const OutcomeCount &one : sum.report.outcomes) widest = std::max(widest, grouped(one.count).size());
  for (const OutcomeCount &one : sum.report.outcomes)
    if (const std::string count = grouped(one.count); one.count > 0)
      outcomes.push_back(
          {std::string(widest - count.size(), ' ') + count, one.outcome == "rejected" ? coloured(Colour::red, one.outcome) : one.outcome});
  std::string out = coloured(Colour::bold, counted(sum.report.documents, "document")) + "\n" + table(outcomes);
  out += "\n" + coloured(Colour::bold, "The store now holds") + "\n  " + counted(sum.report.accounts, "account") + ", " +
         counted(sum.report.subscriptions, "subscription") + ", " + counted(sum.report.grants, "grant") + "\n";
  return out + "\n" + coloured(Colour::dim, "state " + sum.report.state_hash) + "\n";
}

[[noreturn]] void policy_missing(const std::string &store) {
  throw Usage(store + " has no policy yet, so no price would grant anything; add --catalog FILE");
}

/// With a catalog always as an offline store: no catalog may reach another one before the refusal.
Purser open_with_catalog(const Options &options) {
  return open({.store = options.store, .mode = "offline", .catalog = options.catalog, .now_s = options.now_s, .must_exist = false});
}

Purser open_with_policy(const Options &options) {
  try {
    Purser purser = open({.store = options.store, .now_s = options.now_s});
    if (purser.query({.sql = "SELECT version FROM purser_v_policy LIMIT 1"}).row_count == 0) policy_missing(options.store);
    return purser;
  } catch (const Error &error) {
    if (error.status() == PURSER_NOT_FOUND || error.reason() == "mode_missing") policy_missing(options.store);
    throw;
  }
}

int replay(const Options &options) {
  const std::vector<std::string> sources = sources_of(options.paths);
  const Sum sum = replay_all(options.catalog ? open_with_catalog(options) : open_with_policy(options), sources);
  if (!options.json) name_refused(sum);
  print(options.json ? as_json(sum) : for_people(sum));
  return options.strict && sum.rejected() > 0 ? exit_no : exit_yes;
}

}  // namespace

void add_replay(CLI::App &app, Run &run) {
  auto options = std::make_shared<Options>();
  CLI::App *command = app.add_subcommand("replay", "Take recorded events into an offline store, unsigned, in the order given");
  command
      ->add_option("FILE", options->paths,
                   "*.jsonl: a document per line; *.json: one document; a folder: all of both in it; -: standard input")
      ->required();
  command->add_option("--store", options->store, "The offline store: a file, or sqlite:FILE; made where there is none")->required();
  command->add_option("--catalog", options->catalog, "Apply this catalog first; a new store needs one")->type_name("FILE");
  add_seconds(*command, "--now", options->now_s, "The moment at which the documents arrive, instead of the clock");
  command->add_flag("--json", options->json, "One JSON object (schemas/replay.schema.json)");
  command->add_flag("--strict", options->strict, "Exit 1 if any document was refused");
  command->footer(
      "A document is an event, {\"purser\":\"fetch\",\"date\":SEC,\"lo\":SEC,\"object\":{...}} or\n"
      "{\"purser\":\"link\",\"account\":A,\"customer\":C}.\n\nExamples:\n"
      "  purser replay events.jsonl --store replay.db --catalog catalog.json\n"
      "  zcat events.jsonl.gz | purser replay - --store replay.db --strict --json");
  command->callback([options, &run] { run = [options] { return replay(*options); }; });
}

}  // namespace purser::cli
