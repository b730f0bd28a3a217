// All that the store has of one account, and nothing of anybody else, as one JSON document.
#include "base/record.hpp"
#include "domain/account.hpp"
#include "engine/impl.hpp"
#include "store/belonging.hpp"
#include "store/ledger.hpp"

namespace purser::engine {
namespace {

constexpr std::size_t document_max_bytes = 256 * 1024 * 1024;
constexpr std::int64_t bodies_per_read = 500;
constexpr std::size_t bytes_per_read = 4 * 1024 * 1024;
constexpr std::int64_t objects_per_read = 500;
constexpr std::int64_t ledger_per_read = 2000;

/// `"name":[…]`, element by element; refuses to grow beyond the limit.
class Document {
 public:
  explicit Document(std::string_view account) { text_ = "{\"account\":" + json::canonical(json::value(account)); }
  void begin(std::string_view list) {
    text_ += (open_ ? "],\"" : ",\"") + std::string(list) + "\":[";
    open_ = true;
    first_ = true;
  }
  void add(std::string_view element) {
    if (text_.size() + element.size() > document_max_bytes)
      throw Failure(Status::limit, "export_too_large", "expected at most 256 MiB of one account, found more; read the tables by query");
    if (!first_) text_ += ',';
    first_ = false;
    text_ += element;
  }
  void add(const json::value &element) { add(json::canonical(element)); }
  std::string end() { return text_ + (open_ ? "]}" : "}"); }

 private:
  std::string text_;
  bool open_ = false, first_ = true;
};

/// A payload says `record` as Stripe prints it; an object says what Purser made of it.
std::string object_text(const store::ObjectRow &object) {
  return "{\"id\":" + json::canonical(json::value(object.key.id)) + ",\"livemode\":" + (object.key.livemode ? "true" : "false") +
         ",\"record\":" + (object.record.empty() ? "{}" : object.record) +
         ",\"stripe_account\":" + json::canonical(json::value(object.key.stripe_account)) +
         ",\"type\":" + json::canonical(json::value(object.key.type)) + "}";
}

json::value intent_json(const store::IntentRow &i) {
  return json::object{{"intent", i.intent},
                      {"kind", i.kind},
                      {"claim", i.claim},
                      {"path", i.path},
                      {"form", i.form},
                      {"price", i.price},
                      {"object", i.object},
                      {"url", i.url},
                      {"error", i.error},
                      {"tries", i.tries},
                      {"state", static_cast<std::int64_t>(i.state)},
                      {"created_at_ms", i.created_at_ms},
                      {"tried_at_ms", i.tried_at_ms},
                      {"expires_at_ms", i.expires_at_ms}};
}

json::value change_json(const store::ChangeRow &c) {
  return json::object{{"seq", c.seq},     {"product", c.product},   {"tier_before", c.tier_before},   {"tier", c.tier},
                      {"cause", c.cause}, {"customer", c.customer}, {"subscription", c.subscription}, {"at_ms", c.at_ms}};
}

struct List {
  const char *name;
  std::vector<std::string_view> types;  ///< none: all that no other list has
};
const std::vector<List> &lists() {
  static const std::vector<List> all{{"customers", {"customer"}},
                                     {"subscriptions", {"subscription", "subscription_schedule"}},
                                     {"sessions", {"checkout.session"}},
                                     {"invoices", {"invoice", "invoice_payment"}},
                                     {"payments", {}}};
  return all;
}

bool in_list(const List &list, std::string_view type) {
  if (!list.types.empty()) return std::ranges::find(list.types, type) != list.types.end();
  return std::ranges::none_of(lists(), [&](const List &other) { return !other.types.empty() && in_list(other, type); });
}

}  // namespace

Exported Engine::Impl::account_export(std::string_view account) {
  if (!domain::valid_account(account))
    throw Failure(Status::invalid, "account_invalid", "an account id is 1 to 200 bytes without control characters", "account");
  Erasing theirs;  // the same question as in an erasure: what is about this person
  theirs.account = account;
  Exported exported;
  Document document(account);
  std::string account_key;
  std::vector<store::ObjectRow> objects;
  read([&](ports::SqlSession &db) {
    const auto row = store::load_account(db, account);
    if (!row)
      throw Failure(Status::not_found, "account_not_found", "expected an account with rows in this store, found none; correct the id",
                    "account");
    account_key = row->account_key;
    gather(db, theirs.account, theirs);
    for (const domain::ObjectKey &key : theirs.objects)
      if (auto object = store::load_object(db, key)) objects.push_back(std::move(*object));
  });
  add_loose(theirs, objects);
  for (const List &list : lists()) {
    document.begin(list.name);
    for (const store::ObjectRow &object : objects)
      if (in_list(list, object.key.type)) document.add(object_text(object));
  }
  read([&](ports::SqlSession &db) {
    document.begin("grants");
    for (const store::GrantRow &row : store::grants_of(db, account)) document.add(to_json(row.grant, Defaults::keep));
    document.begin("changes");
    for (const store::ChangeRow &change : store::changes_of(db, account)) document.add(change_json(change));
    document.begin("intents");
    for (const store::IntentRow &intent : store::intents_of(db, account)) document.add(intent_json(intent));
  });
  document.begin("ledger");
  for (std::int64_t after = 0, seen = ledger_per_read; seen == ledger_per_read;)
    read([&](ports::SqlSession &db) {
      seen = 0;
      for (const store::LedgerEntry &entry : store::ledger_entries(db, account_key, after, ledger_per_read)) {
        if (entry.account_key != account_key) return;
        ++seen;
        after = entry.seq;
        document.add("{\"at_ms\":" + std::to_string(entry.at_ms) + ",\"cause\":" + json::canonical(json::value(entry.cause)) +
                     ",\"facts\":" + entry.facts + ",\"seq\":" + std::to_string(entry.seq) + "}");
      }
    });
  document.begin("payloads");
  for (const store::Shelf shelf : {store::Shelf::payloads, store::Shelf::quarantine})
    for (std::int64_t after = 0, before = -1; after != before;) {
      before = after;
      std::size_t bytes = 0;
      read([&](ports::SqlSession &db) {
        store::each_payload(db, shelf, after, bodies_per_read, [&](const store::Payload &payload) {
          after = payload.seq;
          bytes += payload.body.size();
          if (theirs.only_about(stripe::named_in(payload.body))) {
            ++exported.payloads;
            document.add("{\"body\":" + std::string(payload.body) + ",\"received_at_ms\":" + std::to_string(payload.received_at_ms) + "}");
          }
          return bytes < bytes_per_read;
        });
      });
    }
  exported.document = document.end();
  return exported;
}

/// Refunds, disputes and guests' payments, which name only the payment: until no further one is found.
void Engine::Impl::add_loose(Erasing &theirs, std::vector<store::ObjectRow> &objects) {
  for (bool grew = true; grew;) {
    grew = false;
    domain::ObjectKey after;
    for (std::size_t seen = objects_per_read; seen == objects_per_read;)
      read([&](ports::SqlSession &db) {
        std::vector<store::ObjectRow> page = store::loose_objects(db, after, objects_per_read);
        seen = page.size();
        if (!page.empty()) after = page.back().key;
        for (store::ObjectRow &object : page) {
          stripe::Named named = stripe::named_in(object.record);
          named.ids.push_back(object.key.id);
          if (!object.customer.empty()) named.customers.assign(1, object.customer);
          if (!theirs.only_about(named) || !theirs.objects.insert(object.key).second) continue;
          grew = theirs.learn(named) || grew;
          objects.push_back(std::move(object));
        }
      });
  }
}

}  // namespace purser::engine
