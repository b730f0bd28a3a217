// One number for the whole truth: equal sets of observations, links and policy give equal hashes, whatever the order (DESIGN.md 3.20).
#include <algorithm>

#include "base/record.hpp"
#include "engine/impl.hpp"

namespace purser::engine {

// SHA-256 of {"credits":[],"customers":[],"grants":[],"subscriptions":[]}
const std::string_view empty_state_hash = "6a8dbd764333846f26ad70d57a4a05ad54e011eb2116e360867634cbffd28647";

namespace {

/// Commas between the elements of the list that is being written.
class ListHash {
 public:
  explicit ListHash(Sha256 &hash) : hash_(hash) {}
  void add(std::string_view element) {
    if (!first_) hash_.add(",");
    first_ = false;
    hash_.add(element);
  }

 private:
  Sha256 &hash_;
  bool first_ = true;
};

std::string canonical_object(std::string_view account, const store::ObjectRow &o) {
  json::object head{{"account", account}, {"doubt", domain::name(o.doubt)}, {"id", o.key.id}, {"livemode", o.key.livemode}};
  std::string text = json::canonical(head);
  text.pop_back();
  // `record` is canonical JSON already and sorts before stripe_account.
  text += ",\"record\":" + o.record + ",\"stripe_account\":" + json::canonical(json::value(o.key.stripe_account)) + "}";
  return text;
}

std::string canonical_grant(std::string_view account, const store::GrantRow &row) {
  json::value grant = to_json(row.grant, Defaults::keep);
  grant.as_object()["account"] = account;
  grant.as_object()["livemode"] = row.livemode;
  grant.as_object()["stripe_account"] = row.stripe_account;
  return json::canonical(grant);
}

void add_objects(ports::SqlSession &db, std::optional<std::string_view> account, std::string_view type, Sha256 &hash) {
  ListHash list(hash);
  if (!account) {
    store::each_owned_object(db, type, [&](std::string_view owner, const store::ObjectRow &o) { list.add(canonical_object(owner, o)); });
    return;
  }
  std::vector<store::ObjectRow> objects;
  for (const store::CustomerKey &key : store::customers_naming(db, *account)) {
    if (store::linked_account(db, key) != *account) continue;
    for (store::ObjectRow &o : store::objects_of_customer(db, key.livemode, key.stripe_account, key.customer, type))
      objects.push_back(std::move(o));
  }
  std::sort(objects.begin(), objects.end(), [](const store::ObjectRow &a, const store::ObjectRow &b) {
    return std::tie(a.key.id, a.key.livemode, a.key.stripe_account) < std::tie(b.key.id, b.key.livemode, b.key.stripe_account);
  });
  for (const store::ObjectRow &o : objects) list.add(canonical_object(*account, o));
}

void add_grants(ports::SqlSession &db, std::optional<std::string_view> account, Sha256 &hash) {
  ListHash list(hash);
  const auto add = [&](std::string_view owner, const std::vector<store::GrantRow> &grants) {
    for (const store::GrantRow &grant : grants) list.add(canonical_grant(owner, grant));
  };
  if (account)
    add(*account, store::grants_of(db, *account));
  else
    store::each_account(db, std::numeric_limits<std::int64_t>::max(), add);
}

}  // namespace

std::string state_hash(ports::SqlSession &db, std::optional<std::string_view> account) {
  Sha256 hash;
  hash.add("{\"credits\":[],\"customers\":[");
  add_objects(db, account, "customer", hash);
  hash.add("],\"grants\":[");
  add_grants(db, account, hash);
  hash.add("],\"subscriptions\":[");
  add_objects(db, account, "subscription", hash);
  hash.add("]}");
  return hex(hash.finish());
}

}  // namespace purser::engine
