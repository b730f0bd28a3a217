// purser gap list, purser gap fetch
#include "cli.hpp"
#include "json.hpp"
#include "terminal.hpp"

namespace purser::cli {
namespace {

struct Listing {
  std::string store;
  std::int64_t limit = listed_default;
  bool json = false;
};

struct Gap {
  std::string type, id, reason, stripe_account;
  std::int64_t since_ms = 0, due_at_ms = 0, tries = 0;
};

std::vector<Gap> read_gaps(const Purser &purser, std::int64_t limit, bool &more) {
  const QueryAnswer answer = purser.query(
      {.sql = "SELECT type, id, reason, stripe_account, since_ms, due_at_ms, tries FROM purser_v_gap ORDER BY due_at_ms, type, id",
       .row_limit = limit});
  more = answer.truncated;
  std::vector<Gap> gaps;
  for (const std::vector<Value> &row : answer.rows) {
    const auto text = [&](std::size_t column) { return std::get<std::string>(row[column]); };
    const auto number = [&](std::size_t column) { return std::get<std::int64_t>(row[column]); };
    gaps.push_back({text(0), text(1), text(2), text(3), number(4), number(5), number(6)});
  }
  return gaps;
}

/// schemas/gap-list.schema.json
std::string as_json(const std::vector<Gap> &gaps, bool more) {
  Json json;
  json.object().key("gaps").array();
  for (const Gap &gap : gaps) {
    json.object().key("type").text(gap.type).key("id").text(gap.id).key("reason").text(gap.reason);
    json.key("stripe_account").text_or_null(gap.stripe_account).key("since_ms").number(gap.since_ms);
    json.key("due_at_ms").number(gap.due_at_ms).key("tries").number(gap.tries).end();
  }
  return json.end().key("more").boolean(more).end().written() + "\n";
}

std::string for_people(const std::vector<Gap> &gaps, bool more) {
  if (gaps.empty()) return "No gaps.\n";
  std::vector<std::vector<std::string>> rows;
  for (const Gap &gap : gaps)
    rows.push_back({printable(gap.type), printable(gap.id), printable(gap.reason), "since " + moment(gap.since_ms),
                    "due " + moment(gap.due_at_ms),
                    gap.tries == 0   ? ""
                    : gap.tries == 1 ? "tried once"
                                     : "tried " + grouped(gap.tries) + " times"});
  return table(rows) + (more ? "\nThere are more; --limit says how many are listed.\n" : "");
}

int list(const Listing &options) {
  bool more = false;
  const std::vector<Gap> gaps = read_gaps(open({.store = options.store}), options.limit, more);
  print(options.json ? as_json(gaps, more) : for_people(gaps, more));
  return exit_yes;
}

/// schemas/gap-fetch.schema.json
std::string as_json(const GapsFetched &done) {
  Json json;
  json.object().key("fetched").number(done.fetched).key("closed").number(done.closed).key("not_found").number(done.not_found);
  json.key("failed").number(done.failed).key("waiting").number(done.waiting).key("next_due_ms").number(done.next_due_ms).end();
  return json.written() + "\n";
}

std::string for_people(const GapsFetched &done) {
  std::string out = table({{"fetched", grouped(done.fetched)},
                           {"closed by themselves", grouped(done.closed)},
                           {"not found at Stripe", grouped(done.not_found)},
                           {"failed", done.failed > 0 ? coloured(Colour::red, grouped(done.failed)) : "0"},
                           {"waiting", grouped(done.waiting)}});
  if (done.next_due_ms > 0) out += "\nThe next one is due at " + moment(done.next_due_ms) + ".\n";
  return out;
}

int fetch(const Asking &asking, std::int64_t limit) {
  const GapsFetched done = open_to_ask(asking).gap_fetch({.limit = limit});
  print(asking.json ? as_json(done) : for_people(done));
  return done.failed > 0 ? exit_no : exit_yes;
}

}  // namespace

void add_gap(CLI::App &app, Run &run) {
  CLI::App *group = app.add_subcommand("gap", "What the events did not tell, and asking Stripe for it");
  group->require_subcommand(1);

  auto listing = std::make_shared<Listing>();
  CLI::App *listed = group->add_subcommand("list", "The objects that wait for a fetch, and why");
  add_store_option(*listed, listing->store);
  add_limit_option(*listed, listing->limit);
  add_json_option(*listed, listing->json, "gap-list");
  listed->footer("Example:\n  purser gap list --store purser.db");
  listed->callback([listing, &run] { run = [listing] { return list(*listing); }; });

  auto asking = std::make_shared<Asking>();
  auto limit = std::make_shared<std::int64_t>(0);
  CLI::App *fetching = group->add_subcommand("fetch", "Ask Stripe for the objects whose gaps are due");
  add_asking(*fetching, *asking, "gap-fetch");
  fetching->add_option("--limit", *limit, "How many at most (100 unless told)")->type_name("N")->check(CLI::Range(1, 1000).description(""));
  fetching->footer(
      "The key is STRIPE_SECRET_KEY's. Exit 1: some failed and are asked for again later.\n\nExample:\n  purser gap fetch --store "
      "purser.db");
  fetching->callback([asking, limit, &run] { run = [asking, limit] { return fetch(*asking, *limit); }; });
}

}  // namespace purser::cli
