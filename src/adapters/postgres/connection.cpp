#include "adapters/postgres/connection.hpp"

#include <array>
#include <bit>
#include <charconv>

#include "adapters/postgres/row.hpp"
#include "adapters/postgres/words.hpp"

namespace purser::adapters {
namespace {

constexpr Oid type_bytea = 17, type_int8 = 20, type_text = 25, type_float8 = 701, type_unknown = 0;
constexpr std::size_t parameters_max = 999;

Failure wrong(const std::string &message) { return {Status::invalid, "sql_invalid", "SQL is wrong: " + message, "sql"}; }

std::array<char, 8> big_endian(std::uint64_t number) {
  std::array<char, 8> bytes;
  for (int i = 7; i >= 0; --i, number >>= 8) bytes[static_cast<std::size_t>(i)] = static_cast<char>(number & 0xff);
  return bytes;
}

// What Purser's promises need, whatever the server, the database or the role were set to.
// - synchronous_commit: commit() returns only when durable, also where the role has it off; remote_apply promises more and stays.
// - default_transaction_read_only: what runs outside a transaction reads; only begin_write's own transactions write.
// - standard_conforming_strings, bytea_output, DateStyle: the forms that this adapter reads.
constexpr std::string_view settings =
    "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' "
    "END,"
    " false);"
    "SET default_transaction_read_only = on; SET default_transaction_isolation = 'read committed'; SET default_transaction_deferrable = "
    "off;"
    "SET standard_conforming_strings = on; SET bytea_output = hex; SET DateStyle = ISO; SET jit = off; SET "
    "idle_in_transaction_session_timeout = 0;";

}  // namespace

/// Parameters in libpq's form, binary with their types said: nothing is quoted, and nothing is guessed.
struct PostgresConnection::Bound {
  std::vector<Oid> types;
  std::vector<const char *> values;
  std::vector<int> lengths, formats;
  std::deque<std::array<char, 8>> numbers;

  explicit Bound(std::span<const ports::SqlValue> parameters) {
    if (parameters.size() > parameters_max) throw wrong("more than 999 parameters");
    for (const ports::SqlValue &parameter : parameters) std::visit(*this, parameter);
    formats.assign(types.size(), 1);
  }
  void operator()(std::monostate) { add(type_unknown, nullptr, 0); }
  void operator()(std::int64_t number) { add_number(type_int8, static_cast<std::uint64_t>(number)); }
  void operator()(double number) { add_number(type_float8, std::bit_cast<std::uint64_t>(number)); }
  void operator()(std::string_view text) { add(type_text, text.data() ? text.data() : "", text.size()); }
  void operator()(ports::Blob blob) { add(type_bytea, blob.bytes.data() ? blob.bytes.data() : "", blob.bytes.size()); }

 private:
  void add(Oid type, const char *value, std::size_t size) {
    types.push_back(type);
    values.push_back(value);
    lengths.push_back(static_cast<int>(size));
  }
  void add_number(Oid type, std::uint64_t number) {
    numbers.push_back(big_endian(number));
    add(type, numbers.back().data(), 8);
  }
};

/// An answer that is being read, or was taken in because another statement had to run.
struct PostgresConnection::Answer {
  PostgresConnection &connection;
  std::deque<PostgresResult> taken_in = {};
  bool ended = false;

  PostgresResult next() {
    if (!taken_in.empty()) {
      PostgresResult first = std::move(taken_in.front());
      taken_in.pop_front();
      return first;
    }
    if (ended) return nullptr;
    PostgresResult result = connection.next();
    if (!result) end();
    return result;
  }
  void end() {
    ended = true;
    if (connection.open_answer_ == this) connection.open_answer_ = nullptr;
  }
  explicit Answer(PostgresConnection &made_by) : connection(made_by) { connection.open_answer_ = this; }
  ~Answer() {
    while (!ended && connection.next()) {}  // whoever comes next finds the connection idle
    end();
  }
  Answer(const Answer &) = delete;
  Answer &operator=(const Answer &) = delete;
};

PostgresConnection::PostgresConnection(const PostgresAddress &address, const PostgresOptions &options, std::uint64_t number)
    : name_(address.name), password_(address.password), number_(number), statements_max_(std::max<std::size_t>(1, options.statements_max)) {
  try {
    open(address);
    set_up(options);
  } catch (...) {
    libpq().finish(connection_);
    throw;
  }
}

PostgresConnection::~PostgresConnection() { libpq().finish(connection_); }

void PostgresConnection::open(const PostgresAddress &address) {
  std::vector<const char *> names, values;
  for (const auto &[name, value] : address.keywords) {
    names.push_back(name.c_str());
    values.push_back(value.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  connection_ = libpq().connect(names.data(), values.data(), 0);
  if (!connection_) throw Failure(Status::no_memory, "no_memory", "store " + name_ + ": out of memory");
  libpq().set_notice_processor(
      connection_, [](void *, const char *) {}, nullptr);  // nothing of ours on stderr
  if (broken()) lost();
}

void PostgresConnection::set_up(const PostgresOptions &options) {
  run(std::string(settings) + "SET lock_timeout = " + std::to_string(std::max<std::int64_t>(1, options.busy_timeout_ms)) +
      "; SET statement_timeout = " + std::to_string(std::max<std::int64_t>(0, options.statement_timeout_ms)));
  const PostgresResult found = run(
      "SELECT current_setting('fsync'), n.oid, quote_ident(n.nspname) FROM pg_catalog.pg_namespace n WHERE n.nspname = current_schema()");
  if (libpq().rows(found.get()) == 0)
    throw Failure(Status::not_found, "store_missing",
                  "store " + name_ + ": none of the schemas of its search_path exists; create the schema, or correct the address", "store");
  const PostgresRow row(found.get());
  if (row.text(0) == "off" && !options.may_lose_commits)
    throw Failure(Status::refused, "store_not_durable",
                  "store " + name_ + ": expected a server that keeps what it has committed, found fsync = off; set fsync = on", "store");
  schema_ = static_cast<Oid>(row.integer(1));
  schema_text_ = row.text(2);
}

void PostgresConnection::lost() const {
  // The server said why it refused the connection, or libpq why there is none.
  std::string message = libpq().error_message(connection_);
  if (!password_.empty() && message.find(password_) != std::string::npos) message = "the connection cannot be made";
  for (const auto &[words, state] : {std::pair{"password authentication failed", "28P01"},
                                     {"no password supplied", "28P01"},
                                     {"no pg_hba.conf entry", "28000"},
                                     {"too many clients", "53300"},
                                     {"too many connections", "53300"},
                                     {"remaining connection slots", "53300"}})
    if (message.find(words) != std::string::npos) throw Failure(postgres_error(state, message, name_));
  if (message.find("database \"") != std::string::npos && message.find("does not exist") != std::string::npos)
    throw Failure(postgres_error("3D000", message, name_));
  throw Failure(postgres_unreachable(message.empty() ? "the connection is gone" : message, name_));
}

void PostgresConnection::check(const PGresult *result, PostgresOrigin origin) const {
  const ExecStatusType status = result ? libpq().result_status(result) : PGRES_FATAL_ERROR;
  if (status == PGRES_EMPTY_QUERY) throw wrong("the text is empty; expected one statement");
  if (status != PGRES_FATAL_ERROR && status != PGRES_BAD_RESPONSE) return;
  const char *state = result ? libpq().error_field(result, PG_DIAG_SQLSTATE) : nullptr;
  const char *message = result ? libpq().error_field(result, PG_DIAG_MESSAGE_PRIMARY) : nullptr;
  if (!state) lost();
  throw Failure(postgres_error(state, message ? message : "", name_, origin));
}

std::vector<PostgresResult> PostgresConnection::run_all(const std::string &sql, PostgresOrigin origin) {
  take_in_open_answer();
  if (!libpq().send_query(connection_, sql.c_str())) lost();
  std::vector<PostgresResult> results;
  while (PostgresResult result = next()) results.push_back(std::move(result));
  for (const PostgresResult &result : results) check(result.get(), origin);
  if (results.empty()) lost();
  return results;
}

PostgresResult PostgresConnection::run(const std::string &sql, PostgresOrigin origin) { return std::move(run_all(sql, origin).back()); }

void PostgresConnection::take_in_open_answer() {
  if (!open_answer_) return;
  while (PostgresResult result = next()) open_answer_->taken_in.push_back(std::move(result));
  open_answer_->end();
}

const std::string &PostgresConnection::prepare(std::string_view sql, const Bound &bound) {
  std::string key;
  for (const Oid type : bound.types) key += static_cast<char>(type == type_float8 ? 1 : type);  // text 25, int8 20, bytea 17, null 0
  (key += '\n') += sql;
  if (const auto found = by_key_.find(key); found != by_key_.end()) {
    order_.splice(order_.begin(), order_, found->second);
    return order_.front().name;
  }
  const std::size_t wanted = sql_words(sql).parameters;
  if (wanted != bound.types.size())
    throw wrong("it has " + std::to_string(wanted) + " parameters and got " + std::to_string(bound.types.size()));
  if (order_.size() >= statements_max_) forget_oldest();
  std::string name = "purser_" + std::to_string(++prepared_);
  const PostgresResult made(
      libpq().prepare(connection_, name.c_str(), std::string(sql).c_str(), static_cast<int>(bound.types.size()), bound.types.data()));
  check(made.get());
  order_.push_front({std::move(key), std::move(name)});
  by_key_.emplace(order_.front().key, order_.begin());
  return order_.front().name;
}

void PostgresConnection::forget_oldest() {
  run("DEALLOCATE " + order_.back().name);
  by_key_.erase(order_.back().key);
  order_.pop_back();
}

std::int64_t PostgresConnection::execute(std::string_view sql, std::span<const ports::SqlValue> parameters, const ports::OnRow &on_row) {
  take_in_open_answer();
  const Bound bound(parameters);
  const std::string &statement = prepare(sql, bound);
  if (!libpq().send_query_prepared(connection_, statement.c_str(), static_cast<int>(bound.types.size()), bound.values.data(),
                                   bound.lengths.data(), bound.formats.data(), 0))
    lost();
  if (on_row) libpq().set_single_row_mode(connection_);
  Answer answer(*this);
  return read(answer, on_row);
}

std::int64_t PostgresConnection::read(Answer &answer, const ports::OnRow &on_row) {
  std::int64_t changed = 0;
  bool wanted = static_cast<bool>(on_row);
  while (const PostgresResult result = answer.next()) {
    check(result.get());
    PostgresRow row(result.get());
    for (int i = 0; wanted && i < libpq().rows(result.get()); ++i) {
      row.stand_on(i);
      wanted = on_row(row);
    }
    const std::string_view command = libpq().command(const_cast<PGresult *>(result.get()));
    if (command.starts_with("SELECT") || libpq().result_status(result.get()) == PGRES_SINGLE_TUPLE) continue;
    const std::string_view count = libpq().command_rows(const_cast<PGresult *>(result.get()));
    std::from_chars(count.data(), count.data() + count.size(), changed);
  }
  return changed;
}

bool PostgresConnection::listen(const std::string &channel) {
  if (listens_ || cannot_listen_) return listens_;
  try {
    run("LISTEN " + channel);
    listens_ = true;
  } catch (const Failure &failure) {
    if (broken()) throw;
    cannot_listen_ = true;
  }
  return listens_;
}

std::uint64_t PostgresConnection::notified() {
  if (!libpq().consume_input(connection_) || broken()) lost();
  while (PGnotify *one = libpq().notifies(connection_)) {
    ++notified_;
    libpq().free_memory(one);
  }
  return notified_;
}

}  // namespace purser::adapters
