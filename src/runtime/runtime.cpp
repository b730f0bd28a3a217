#include "runtime/runtime.hpp"

#include "adapters/process.hpp"
#include "adapters/sqlite.hpp"
#include "adapters/system.hpp"
#include "base/hash.hpp"
#include "runtime/http_default.hpp"
#include "runtime/postgres_default.hpp"
#include "store/schema.hpp"

namespace purser::runtime {
namespace {

constexpr std::int64_t settle_every_ms = 60'000;
constexpr std::int64_t look_for_gaps_every_ms = 1000;
constexpr std::int64_t sweep_every_ms = 3'600'000;
constexpr std::int64_t first_sweep_after_ms = 300'000;
constexpr std::int64_t tidy_every_ms = 3'600'000;
constexpr std::int64_t tidy_soon_ms = 60'000;

std::shared_ptr<ports::SqlDatabase> store_of(const Options &options) {
  if (is_postgres(options.store)) return postgres_store(options.store, !options.must_exist);
  adapters::SqliteOptions sqlite;
  sqlite.path = sqlite_path(options.store);
  sqlite.create = !options.must_exist;
  sqlite.hidden_tables = {std::string(store::stamp_table)};
  return adapters::sqlite_database(std::move(sqlite));
}

engine::Ports ports_of(const Options &options) {
  return {store_of(options), options.clock ? options.clock : adapters::system_clock(), adapters::system_random(), options.log,
          options.http ? options.http : default_http()};
}

void wipe(std::vector<std::string> &secrets) {
  for (std::string &secret : secrets) purser::wipe(secret);
}

}  // namespace

Runtime::~Runtime() = default;

bool Runtime::same_process() const noexcept { return process_->same(); }

Runtime::Runtime(Options options) : process_(std::make_unique<adapters::Process>()), log_(options.log) {
  engine::Config config = engine_config(options, adapters::environment);
  engine::Ports ports = ports_of(options);
  const std::string store = ports.database->name();
  engine_ = std::make_unique<engine::Engine>(config, std::move(ports));
  for (auto &[endpoint, secrets] : config.secrets) wipe(secrets);
  if (options.webhook_secrets) wipe(*options.webhook_secrets);
  if (options.connect_secrets) wipe(*options.connect_secrets);
  if (options.catalog) catalog_apply_file(*options.catalog, *options.catalog);
  calls_ = std::make_unique<Calls>(options.threads < 0 ? default_threads : options.threads,
                                   Calls::Chores{[this] { commit(); }, [this] { refresh(); }});
  ready_ = true;
  if (log_) log_(ports::LogLevel::info, "opened " + store);
}

engine::PolicyApplied Runtime::catalog_apply_file(const std::string &path, const std::string &source_name) {
  return catalog_apply(adapters::read_file(path, domain::catalog_max_bytes), source_name);
}

engine::PolicyApplied Runtime::catalog_apply(std::string_view text, const std::string &source_name) {
  return engine_->catalog_apply(text, source_name, adapters::environment);
}

void Runtime::commit() noexcept {
  while (engine_->work()) {}
}

/// What a crash or a lost answer left open is settled at opening and then every minute, on a thread that may wait for Stripe.
void Runtime::settle_outbox() {
  const auto now = Calls::Clock::now();
  if (now < next_settle_ || !engine_->can_ask()) return;
  const std::int64_t older_than_ms = next_settle_ == Calls::Clock::time_point{} ? 0 : settle_every_ms;
  next_settle_ = now + std::chrono::milliseconds(settle_every_ms);
  if (!engine_->outbox_open(older_than_ms)) return;
  ask_later("the outbox is not settled yet", [this, older_than_ms] { engine_->outbox_settle(0, older_than_ms, settle_every_ms / 2); });
}

/// Gaps become due by time; whether one is, is one look into an index.
void Runtime::fetch_gaps() {
  const auto now = Calls::Clock::now();
  if (now < next_gap_look_ || !engine_->can_ask()) return;
  next_gap_look_ = now + std::chrono::milliseconds(look_for_gaps_every_ms);
  if (fetching_ || !engine_->gap_due()) return;
  fetching_ = true;
  ask_later("a gap is not fetched yet", [this] {
    struct Ended {
      std::atomic<bool> &flag;
      ~Ended() { flag = false; }
    } const ended{fetching_};
    engine_->gap_fetch(0, settle_every_ms / 2);
  });
}

/// Not at once: what the host missed while it was down, Stripe delivers again by itself.
void Runtime::sweep_events() {
  const auto now = Calls::Clock::now();
  if (next_sweep_ == Calls::Clock::time_point{}) next_sweep_ = now + std::chrono::milliseconds(first_sweep_after_ms);
  if (now < next_sweep_ || !engine_->can_ask()) return;
  next_sweep_ = now + std::chrono::milliseconds(sweep_every_ms);
  ask_later("the list of events is not read yet", [this] { engine_->event_sweep(0, sweep_every_ms / 2); });
}

/// What is kept for a time only. Where one turn was not enough, the next one comes soon.
void Runtime::tidy_store() {
  const auto now = Calls::Clock::now();
  const std::int64_t pause_ms = more_to_tidy_ ? tidy_soon_ms : tidy_every_ms;
  if (tidied_at_ == Calls::Clock::time_point{}) tidied_at_ = now - std::chrono::milliseconds(tidy_every_ms - tidy_soon_ms);
  if (now < tidied_at_ + std::chrono::milliseconds(pause_ms)) return;
  tidied_at_ = now;
  ask_later("the store is not tidied", [this] { more_to_tidy_ = engine_->store_tidy(0).more; });
}

void Runtime::ask_later(const char *what, std::function<void()> work) {
  Calls::Call call;
  call.asks = true;
  call.start = [this, what, work = std::move(work)](std::uint64_t) {
    try {
      work();
    } catch (const std::exception &error) {
      if (log_) log_(ports::LogLevel::warning, std::string(what) + ": " + error.what());
    }
    return Calls::Started::ended;
  };
  call.finish = [](Calls::End) {};
  calls_->add(std::move(call), nullptr);
}

void Runtime::refresh() noexcept {
  try {
    engine_->refresh();
    engine_->come_due();
    if (ready_) {
      settle_outbox();
      fetch_gaps();
      sweep_events();
      tidy_store();
    }
    refresh_fails_ = false;
  } catch (const std::exception &error) {
    if (log_ && !refresh_fails_)
      log_(ports::LogLevel::warning, std::string("other processes' changes are not seen until this ends: ") + error.what());
    refresh_fails_ = true;
  }
}

Status Runtime::close() {
  if (gate_.inside() || calls_->on_engine_thread()) return Status::busy;
  if (const Status status = gate_.close(); status != Status::ok) return status;
  calls_->close();
  gate_.wait_until_empty();
  return Status::ok;
}

}  // namespace purser::runtime
