// Opening: the stamp, the schema, the policy, the snapshot; and what other processes commit meanwhile.
#include "engine/impl.hpp"
#include "store/policy.hpp"
#include "store/schema.hpp"

namespace purser::engine {
namespace {

Failure mode_missing(const std::string &store) {
  return Failure(Status::invalid, "mode_missing",
                 store + " is a new store: say whose events it will hold, as mode live, test, sandbox or offline", "mode");
}

Mode mode_of(const std::string &word, const std::string &store) {
  for (const Mode mode : {Mode::live, Mode::test, Mode::sandbox, Mode::offline})
    if (word == name(mode)) return mode;
  throw Failure(Status::corrupt, "store_corrupt", store + ": stamped with the unknown mode \"" + word + "\"; restore a backup");
}

}  // namespace

Engine::Impl::Impl(Config config, Ports ports)
    : config_(std::move(config)), ports_(std::move(ports)), snapshot_(ports_.clock, ports_.random->bytes(32)) {
  for (auto &[endpoint, secrets] : config_.secrets) {
    secrets_[endpoint] = std::make_shared<const stripe::Secrets>(secrets);
    for (std::string &secret : secrets) wipe(secret);
    secrets.clear();
  }
  auto none = std::make_shared<domain::Catalog>();
  none->build_index();
  set_policy(0, std::move(none));
  open_store();
  api_ = std::make_unique<StripeApi>(config_, ports_);
  outgoing_ = std::make_unique<Outgoing>(*this, config_, ports_, *api_);
  gaps_ = std::make_unique<Gaps>(*this, config_, ports_, *api_);
  wipe(config_.secret_key);
  config_.secret_key.clear();
  try {
    finish_erasures();
  } catch (const std::exception &error) {  // store_tidy tries again; nobody is kept waiting for it
    log(ports::LogLevel::warning, std::string("an erasure is not finished yet: ") + error.what());
  }
}

void Engine::Impl::open_store() {
  writer_ = ports_.database->open(false);
  const std::string name_of_store = ports_.database->name();
  writer_->begin_write();
  try {
    const bool is_new = store::empty(*writer_);
    if (is_new && config_.mode == Mode::as_stamped) throw mode_missing(name_of_store);
    store::migrate(*writer_, name_of_store);
    store::Stamp stamp = store::read_stamp(*writer_);
    const store::Stamp before = stamp;
    if (is_new) stamp = {name(config_.mode), config_.stripe_account, ports_.random->bytes(32)};
    check_stamp(stamp);
    if (stamp.stripe_account.empty()) stamp.stripe_account = config_.stripe_account;
    if (is_new || stamp.stripe_account != before.stripe_account) store::write_stamp(*writer_, stamp);
    config_.mode = mode_of(stamp.mode, name_of_store);
    config_.stripe_account = stamp.stripe_account;
    ledger_key_ = std::make_unique<HmacKey>(stamp.ledger_key);
    check_key();
    writer_->commit();
  } catch (...) {
    writer_->rollback();
    throw;
  }
  reader_ = ports_.database->open(true);
  query_ = ports_.database->open(true);
  writer_->begin_read();
  load_policy(*writer_);
  load_snapshot(*writer_);
  gone_ = store::gone(*writer_);
  change_token_ = writer_->change_token();
  writer_->commit();
}

void Engine::Impl::check_stamp(const store::Stamp &stamp) const {
  if (config_.mode != Mode::as_stamped && stamp.mode != name(config_.mode))
    throw Failure(Status::refused, "store_other_mode",
                  ports_.database->name() + ": holds " + stamp.mode + " events and was to be opened as " + name(config_.mode) +
                      "; use another store for each mode",
                  "mode");
  if (!config_.stripe_account.empty() && !stamp.stripe_account.empty() && stamp.stripe_account != config_.stripe_account)
    throw Failure(Status::refused, "store_other_account",
                  ports_.database->name() + ": belongs to Stripe account " + stamp.stripe_account + ", not to " + config_.stripe_account +
                      "; use that account's keys or another store",
                  "stripe_account");
}

/// A key of the other mode would ask about, and change, what this store knows nothing of.
void Engine::Impl::check_key() {
  if (config_.secret_key.empty()) return;
  if (config_.mode != Mode::offline && stripe::live_api_key(config_.secret_key) == (config_.mode == Mode::live)) return;
  wipe(config_.secret_key);
  config_.secret_key.clear();
  if (config_.secret_key_may_not_fit) return;
  throw Failure(Status::refused, "secret_key_other_mode",
                ports_.database->name() + ": holds " + name(config_.mode) +
                    " events, and the API key is of the other mode; use the key of the store's mode",
                "secret_key");
}

void Engine::Impl::load_policy(ports::SqlSession &db) {
  const auto row = store::current_policy(db);
  if (!row || row->version == policy_.version) return;
  domain::CatalogRead read = domain::read_catalog(row->catalog, [](std::string_view) { return std::nullopt; });
  if (!read.mistakes.empty()) {
    Error error = domain::as_error(read, "policy " + std::to_string(row->version) + " in the store");
    error.status = Status::corrupt;
    throw Failure(std::move(error));
  }
  auto fresh = std::make_shared<const domain::Catalog>(std::move(read.catalog));
  set_policy(row->version, std::move(fresh));
}

void Engine::Impl::set_policy(std::int64_t version, std::shared_ptr<const domain::Catalog> catalog) {
  snapshot_.set_catalog(catalog);
  const std::lock_guard lock(policy_mutex_);
  policies_kept_.push_back(catalog);
  policy_ = {version, std::move(catalog)};
}

void Engine::Impl::load_snapshot(ports::SqlSession &db) {
  last_changed_ = store::current_sequence(db);
  const std::int64_t total = store::totals(db).accounts;
  all_resident_ = total <= config_.resident_accounts_max;
  snapshot_.reserve(static_cast<std::size_t>(std::min(total, config_.resident_accounts_max)));
  // Who became resident later need not be among the first: under a new policy everybody who is resident is put again.
  const std::int64_t limit = snapshot_.accounts() == 0 ? config_.resident_accounts_max : std::numeric_limits<std::int64_t>::max();
  std::vector<domain::Grant> held;
  store::each_account(db, limit, [&](const std::string &account, const std::vector<store::GrantRow> &grants) {
    held.clear();
    for (const store::GrantRow &row : grants) held.push_back(row.grant);
    put(account, held);
  });
  snapshot_policy_ = policy_.version;
}

std::shared_ptr<const domain::Catalog> Engine::Impl::catalog() const {
  const std::lock_guard lock(policy_mutex_);
  return policy_.catalog;
}

void Engine::Impl::take_over(ports::SqlSession &db) {
  const std::int64_t token = db.change_token();
  if (token == change_token_) return;
  due_may_have_moved();
  drop_erased(db);
  if (store::current_policy_version(db) != snapshot_policy_) {
    load_policy(db);
    load_snapshot(db);
  } else {
    const store::Changed changed = store::changed_accounts(db, last_changed_);
    for (const std::string &account : changed.accounts) {
      std::vector<domain::Grant> held;
      for (store::GrantRow &row : store::grants_of(db, account)) held.push_back(std::move(row.grant));
      put(account, held);
    }
    last_changed_ = std::max(changed.last, store::erased_since(db, last_changed_).last);
  }
  change_token_ = token;
}

void Engine::Impl::refresh() {
  const std::unique_lock lock(writer_mutex_, std::try_to_lock);
  if (!lock) return;  // a writer looks by itself
  if (writer_->change_token() == change_token_) return;
  writer_->begin_read();
  try {
    take_over(*writer_);
  } catch (...) {
    writer_->rollback();
    throw;
  }
  writer_->commit();
}

void Engine::Impl::write(const std::function<Change::Published(ports::SqlSession &, const World &, Sequence &)> &body) {
  const std::lock_guard lock(writer_mutex_);
  writer_->begin_write();
  Sequence sequence;
  Change::Published published;
  try {
    take_over(*writer_);
    published = body(*writer_, world(*policy_.catalog), sequence);
    if (sequence.wrote)
      writer_->commit();
    else
      writer_->rollback();
  } catch (...) {
    writer_->rollback();
    throw;
  }
  publish(published, sequence);
}

void Engine::Impl::read(const std::function<void(ports::SqlSession &)> &body) {
  const std::lock_guard lock(reader_mutex_);
  reader_->begin_read();
  try {
    body(*reader_);
  } catch (...) {
    reader_->rollback();
    throw;
  }
  reader_->commit();
}

void Engine::Impl::change(const std::function<void(ports::SqlSession &, Change &)> &body) {
  write([&](ports::SqlSession &db, const World &world, Sequence &sequence) {
    Change change(db, world, now_ms(), sequence);
    body(db, change);
    return change.published();
  });
}

void Engine::Impl::publish(const Change::Published &published, const Sequence &sequence) noexcept {
  try {
    if (!published.empty()) due_may_have_moved();
    for (const auto &[account, grants] : published) put(account, grants);
    last_changed_ = std::max(last_changed_, sequence.last);
  } catch (...) { change_token_ = never_seen; }  // it is committed: the next look at the store takes it over
}

void Engine::Impl::put(const std::string &account, const std::vector<domain::Grant> &grants) {
  if (snapshot_.accounts() >= static_cast<std::size_t>(config_.resident_accounts_max)) {
    bool resident = false;
    snapshot_.tier(account, {}, resident);
    if (!resident) {
      all_resident_ = false;
      return;
    }
  }
  try {
    snapshot_.put(account, grants);
  } catch (const Failure &) { all_resident_ = false; }  // the table is full: this account is read from the store
}

void Engine::Impl::log(ports::LogLevel level, const std::string &message) const noexcept {
  if (!ports_.log) return;
  try {
    ports_.log(level, message);
  } catch (...) {  // a host's log must not change what became of a delivery
  }
}

}  // namespace purser::engine
