// Erasing an account: first it is nobody's (one transaction), then every byte about it goes, in slices; then the file is scrubbed. What a
// crash leaves open is finished when the store is opened next.
#include <utility>

#include "domain/account.hpp"
#include "engine/impl.hpp"
#include "store/belonging.hpp"

namespace purser::engine {
namespace {

constexpr std::int64_t bodies_per_read = 500;
constexpr std::size_t bytes_per_read = 4 * 1024 * 1024;
constexpr std::int64_t events_per_read = 5000;
constexpr std::int64_t objects_per_read = 500;
constexpr std::int64_t facts_per_slice = 500;

/// A body that has to go, and what it names.
struct Found {
  std::int64_t seq = 0, event_seq = 0;
  stripe::Named named;
};

}  // namespace

Erased Engine::Impl::account_erase(std::string_view account) {
  if (!domain::valid_account(account))
    throw Failure(Status::invalid, "account_invalid", "an account id is 1 to 200 bytes without control characters", "account");
  const std::string name(account);
  Erased counts;
  std::vector<store::Erasure> open;
  write([&](ports::SqlSession &db, const World &world, Sequence &sequence) {
    Change change(db, world, now_ms(), sequence);
    // Called again because the first call could not finish: what is left of it is done now.
    const bool again = !store::load_account(db, name) && store::erased(db, *ledger_key_, store::ErasedKind::account, name);
    if (again) open = store::erasures(db);
    if (open.empty()) {
      counts = change.erase(name).counts;
      gone_.erased = true;
    }
    return change.published();
  });
  read([&](ports::SqlSession &db) { open = store::erasures(db); });
  std::erase_if(open, [&](const store::Erasure &one) { return one.account != name; });
  for (const store::Erasure &row : open) {
    Erasing erasing = Erasing::of(row);
    delete_rest(erasing);
    counts = erasing.counts;
  }
  finish_erasures();
  log(ports::LogLevel::info, "an account was erased: " + std::to_string(counts.objects) + " objects, " + std::to_string(counts.payloads) +
                                 " payloads, " + std::to_string(counts.intents) + " intents");
  return counts;
}

void Engine::Impl::finish_erasures() {
  std::vector<store::Erasure> open;
  read([&](ports::SqlSession &db) { open = store::erasures(db); });
  if (open.empty()) return;
  for (const store::Erasure &row : open) {
    if (row.account.empty()) continue;
    Erasing erasing = Erasing::of(row);
    delete_rest(erasing);
  }
  {
    const std::lock_guard lock(writer_mutex_);
    writer_->scrub();
  }
  write([&](ports::SqlSession &db, const World &, Sequence &sequence) {
    for (const store::Erasure &row : open) store::drop_erasure(db, row.account_key);
    sequence.wrote = true;
    return Change::Published{};
  });
}

/// Bodies name ids that rows do not, and these lead to further bodies: until nothing new is found.
void Engine::Impl::delete_rest(Erasing &erasing) {
  for (bool grew = true; grew;) {
    grew = delete_bodies(erasing, store::Shelf::payloads);
    grew = delete_bodies(erasing, store::Shelf::quarantine) || grew;
    grew = delete_loose(erasing) || grew;
  }
  blank_events(erasing);
  delete_facts(erasing);
  write([&](ports::SqlSession &db, const World &, Sequence &sequence) {
    store::forget_names(db, erasing.row());
    sequence.wrote = true;
    return Change::Published{};
  });
}

/// The ids are erased too, and so is what Stripe sends of them later.
void Engine::Impl::keep(ports::SqlSession &db, const World &world, Erasing &erasing, const stripe::Named &named) {
  for (const std::string &id : named.ids)
    if (erasing.ids.insert(id).second)
      store::put_erased(db, world.ledger_key, store::ErasedKind::object, id, erasing.account_key, 0, erasing.at_ms);
}

bool Engine::Impl::delete_bodies(Erasing &erasing, store::Shelf shelf) {
  bool grew = false;
  for (std::int64_t after = 0, before = -1; after != before;) {
    before = after;
    std::vector<Found> found;
    std::size_t bytes = 0;
    read([&](ports::SqlSession &db) {
      store::each_payload(db, shelf, after, bodies_per_read, [&](const store::Payload &payload) {
        after = payload.seq;
        bytes += payload.body.size();
        stripe::Named named = stripe::named_in(payload.body);
        if (erasing.about(named, payload.seq <= erasing.until_seq)) found.push_back({payload.seq, payload.event_seq, std::move(named)});
        return bytes < bytes_per_read;
      });
    });
    if (found.empty()) continue;
    write([&](ports::SqlSession &db, const World &world, Sequence &sequence) {
      const std::size_t known = erasing.ids.size();
      for (const Found &one : found) {
        erasing.counts.payloads += store::delete_payload(db, shelf, one.seq);
        if (one.event_seq > 0) store::blank_event(db, one.event_seq);
        keep(db, world, erasing, one.named);
      }
      grew = grew || erasing.ids.size() > known;
      store::put_erasure(db, erasing.row());
      sequence.wrote = true;
      return Change::Published{};
    });
  }
  return grew;
}

/// Objects that name no customer (a dispute names its payment), and parked ones that name the account.
bool Engine::Impl::delete_loose(Erasing &erasing) {
  bool grew = false;
  domain::ObjectKey after;
  for (std::size_t seen = objects_per_read; seen == objects_per_read;) {
    std::vector<store::ObjectRow> found;
    read([&](ports::SqlSession &db) {
      std::vector<store::ObjectRow> page = store::loose_objects(db, after, objects_per_read);
      seen = page.size();
      if (!page.empty()) after = page.back().key;
      for (store::ObjectRow &object : page) {
        stripe::Named named = stripe::named_in(object.record);
        named.ids.push_back(object.key.id);
        if (!object.customer.empty()) named.customers.assign(1, object.customer);
        if (erasing.about(named, true)) found.push_back(std::move(object));
      }
    });
    if (found.empty()) continue;
    write([&](ports::SqlSession &db, const World &world, Sequence &sequence) {
      for (const store::ObjectRow &object : found) {
        stripe::Named named = stripe::named_in(object.record);
        if (stripe::personal_id(object.key.id)) named.ids.push_back(object.key.id);
        const std::size_t known = erasing.ids.size();
        keep(db, world, erasing, named);
        grew = grew || erasing.ids.size() > known;
        if (erasing.objects.insert(object.key).second) ++erasing.counts.objects;
        store::delete_object(db, object.key);
      }
      store::put_erasure(db, erasing.row());
      sequence.wrote = true;
      return Change::Published{};
    });
  }
  return grew;
}

void Engine::Impl::blank_events(const Erasing &erasing) {
  std::set<std::string, std::less<>> names(erasing.ids.begin(), erasing.ids.end());
  names.insert(erasing.customers.begin(), erasing.customers.end());
  for (const domain::ObjectKey &key : erasing.objects) names.insert(key.id);
  for (std::int64_t after = 0, before = -1; after != before;) {
    before = after;
    std::vector<std::int64_t> found;
    read([&](ports::SqlSession &db) {
      store::each_event(db, after, events_per_read, [&](const store::EventName &event) {
        after = event.seq;
        if (!event.object_id.empty() && names.contains(event.object_id)) found.push_back(event.seq);
        return true;
      });
    });
    if (found.empty()) continue;
    write([&](ports::SqlSession &db, const World &, Sequence &sequence) {
      for (const std::int64_t seq : found) store::blank_event(db, seq);
      sequence.wrote = true;
      return Change::Published{};
    });
  }
}

void Engine::Impl::delete_facts(const Erasing &erasing) {
  for (const domain::ObjectKey &key : erasing.objects)
    for (std::int64_t deleted = facts_per_slice; deleted == facts_per_slice;)
      write([&](ports::SqlSession &db, const World &, Sequence &sequence) {
        store::delete_object(db, key);
        deleted = store::delete_facts(db, key, facts_per_slice);
        sequence.wrote = true;
        return Change::Published{};
      });
}

void Engine::Impl::drop_erased(ports::SqlSession &db) {
  gone_ = store::gone(db);
  const store::ErasedSince erased = store::erased_since(db, last_changed_);
  if (erased.accounts.empty()) return;
  const std::set<std::string, std::less<>> hashes(erased.accounts.begin(), erased.accounts.end());
  std::vector<std::string> resident;
  snapshot_.each([&](std::string_view account) {
    const Digest hash = store::erased_hash(*ledger_key_, store::ErasedKind::account, account);
    if (hashes.contains(as_bytes(hash))) resident.emplace_back(account);
  });
  for (const std::string &account : resident)
    if (!store::load_account(db, account)) put(account, {});
}

}  // namespace purser::engine
