// Offline documents: unsigned, into stores that are stamped offline and nothing else.
#include "base/json.hpp"
#include "domain/account.hpp"
#include "engine/impl.hpp"
#include "store/event.hpp"

namespace purser::engine {
namespace {

using domain::Outcome;

constexpr std::size_t documents_per_commit = 256;
constexpr std::size_t refused_listed_max = 100;
constexpr int outcomes = static_cast<int>(Outcome::quarantined) + 1;

struct Document {
  std::string_view text;
  std::int64_t line = 1;
};

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

/// JSON lines; or, where the first line is no document by itself, one document.
std::vector<Document> split(std::string_view text) {
  std::vector<Document> documents;
  std::int64_t line = 1;
  for (std::size_t at = 0; at < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view one = text.substr(at, end - at);
    if (!blank(one)) documents.push_back({one, line});
    at = end + 1;
  }
  if (documents.size() > 1 && json::parse(documents.front().text).fault == json::Fault::invalid &&
      json::parse(text).fault == json::Fault::none)
    return {{text, documents.front().line}};
  return documents;
}

[[noreturn]] void refuse(std::string_view reason, const std::string &message) {
  throw Failure(Status::invalid, std::string(reason), message);
}

Receipt replay_link(Change &change, const json::value &root) {
  const std::string account(json::as_text(json::find(&root, "account")));
  const std::string customer(json::as_text(json::find(&root, "customer")));
  if (!domain::valid_account(account) || customer.empty())
    refuse("link_invalid", "a link document is {\"purser\":\"link\",\"account\":A,\"customer\":C}");
  Receipt r;
  r.http_status = 200;
  r.account = account;
  r.outcome = Outcome::recorded;
  if (change.erased_object(customer)) return r;
  r.outcome = change.link(account, customer, Change::OnConflict::least).changed ? Outcome::applied : Outcome::duplicate;
  return r;
}

Receipt replay_fetch(Change &change, const json::value &root) {
  const auto date = json::as_integer(json::find(&root, "date"));
  const json::object *object = json::as_object(json::find(&root, "object"));
  if (!date || !object || json::as_text(json::find(json::find(&root, "object"), "id")).empty())
    refuse("fetch_invalid", "a fetch document is {\"purser\":\"fetch\",\"date\":SEC,\"lo\":SEC,\"object\":{...}} with the object's id");
  const std::int64_t lo = json::as_integer(json::find(&root, "lo")).value_or(*date - 1);
  const bool livemode = json::as_bool(json::find(json::find(&root, "object"), "livemode")).value_or(false);
  const auto observation = stripe::observe_object(*object, livemode, "");
  Receipt r;
  r.http_status = 200;
  r.outcome = Outcome::recorded;
  return observation ? change.fetch(*observation, *date, lo) : r;
}

Receipt replay_event(Change &change, std::string_view text, const json::object &root) {
  PreparedEvent event;
  const stripe::Verdict verdict = stripe::read_envelope(text, event.envelope, false);
  if (verdict != stripe::Verdict::accepted) refuse(name(verdict), explain(verdict));
  event.observation = stripe::observe_event(root);
  event.payload_hash = sha256(text);
  event.body = std::string(text);
  return change.event(std::move(event));
}

Receipt replay_one(Change &change, std::string_view text) {
  if (text.size() > stripe::body_max_bytes) refuse("document_too_large", "a document has at most 1 MiB");
  const json::Parsed parsed = json::parse(text);
  const json::object *root = json::as_object(&parsed.root);
  if (parsed.fault != json::Fault::none) refuse("document_not_json", "expected one JSON document: " + parsed.detail);
  if (!root) refuse("document_not_an_object", "expected an event, a fetch or a link: a JSON object");
  const json::value *purser = json::find(&parsed.root, "purser");
  if (!purser) return replay_event(change, text, *root);
  if (json::as_text(purser) == "link") return replay_link(change, parsed.root);
  if (json::as_text(purser) == "fetch") return replay_fetch(change, parsed.root);
  refuse("document_unknown", "\"purser\" is \"fetch\" or \"link\"");
}

}  // namespace

ReplayReport Engine::Impl::replay(std::string_view text, bool totals) {
  if (config_.mode != Mode::offline)
    throw Failure(Status::refused, "store_not_offline",
                  ports_.database->name() + ": stamped " + name(config_.mode) + "; unsigned events go into offline stores only");
  ReplayReport report;
  std::array<std::int64_t, outcomes> counts{};
  const std::vector<Document> documents = split(text);
  report.documents = static_cast<std::int64_t>(documents.size());
  for (std::size_t first = 0; first < documents.size(); first += documents_per_commit) {
    const std::size_t last = std::min(first + documents_per_commit, documents.size());
    write([&](ports::SqlSession &db, const World &world, Sequence &sequence) {
      Change::Published published;
      for (std::size_t i = first; i < last; ++i) {
        db.savepoint();
        const bool wrote = sequence.wrote;
        try {
          Change change(db, world, now_ms(), sequence);
          const Receipt receipt = replay_one(change, documents[i].text);
          db.release_savepoint();
          for (const auto &[account, grants] : change.published()) published[account] = grants;
          ++counts[static_cast<std::size_t>(receipt.outcome)];
        } catch (const Failure &failure) {
          if (failure.error().status != Status::invalid) throw;
          db.rollback_to_savepoint();
          sequence = {0, -1, wrote};
          ++counts[static_cast<std::size_t>(Outcome::rejected)];
          if (report.refused.size() < refused_listed_max)
            report.refused.push_back({documents[i].line, failure.error().reason, failure.error().message});
        }
      }
      return published;
    });
  }
  for (int i = 0; i < outcomes; ++i)
    report.outcomes.push_back({domain::name(static_cast<Outcome>(i)), counts[static_cast<std::size_t>(i)]});
  if (!totals) return report;
  const std::lock_guard lock(reader_mutex_);
  const store::Totals sum = store::totals(*reader_);
  report.accounts = sum.accounts;
  report.subscriptions = sum.subscriptions;
  report.grants = sum.grants;
  report.state_hash = state_hash(*reader_, std::nullopt);
  return report;
}

}  // namespace purser::engine
