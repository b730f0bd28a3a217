#include "runtime/options.hpp"

#include "domain/origin.hpp"
#include "stripe/request.hpp"
#include "stripe/signature.hpp"

namespace purser::runtime {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t\r\n") + 1 - first);
}

engine::Mode mode_named(std::string_view word, const std::string &parameter) {
  using engine::Mode;
  for (const auto &[name, mode] : {std::pair{"live", Mode::live},
                                   {"test", Mode::test},
                                   {"sandbox", Mode::sandbox},
                                   {"offline", Mode::offline},
                                   {"stamped", Mode::as_stamped}})
    if (word == name) return mode;
  throw Failure(Status::invalid, "mode_unknown",
                "expected live, test, sandbox, offline or stamped, found another word; correct " + parameter, parameter);
}

/// Only the prefix is looked at; the key itself is not kept.
engine::Mode mode_of_key(std::string_view key) {
  if (key.starts_with("sk_live_") || key.starts_with("rk_live_")) return engine::Mode::live;
  if (key.starts_with("sk_test_") || key.starts_with("rk_test_")) return engine::Mode::test;
  throw Failure(Status::refused, "secret_key_unknown_kind",
                "expected STRIPE_SECRET_KEY to begin with sk_live_, rk_live_, sk_test_ or rk_test_, found something else; correct it, "
                "unset it, or say the mode",
                "STRIPE_SECRET_KEY");
}

engine::Mode mode_of(const Options &options, const domain::Environment &environment) {
  if (options.mode) return mode_named(*options.mode, "mode");
  if (const auto word = environment("PURSER_MODE"); word && !word->empty()) return mode_named(*word, "PURSER_MODE");
  if (const auto key = environment("STRIPE_SECRET_KEY"); key && !key->empty()) return mode_of_key(*key);
  return engine::Mode::as_stamped;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t from = 0;;) {
    const std::size_t comma = text.find(',', from);
    parts.emplace_back(trimmed(text.substr(from, comma == std::string_view::npos ? comma : comma - from)));
    if (comma == std::string_view::npos) return parts;
    from = comma + 1;
  }
}

/// Of one endpoint: what the host said, else what the environment says, each judged.
std::vector<std::string> secrets_of(const std::optional<std::vector<std::string>> &said, const char *field, const char *variable,
                                    const domain::Environment &environment) {
  std::vector<std::string> secrets;
  std::string parameter = field;
  if (said) {
    secrets = *said;
  } else if (const auto listed = environment(variable)) {
    secrets = split(*listed);
    parameter = variable;
  }
  for (const std::string &secret : secrets)
    if (const stripe::Verdict verdict = stripe::judge_secret(secret); verdict != stripe::Verdict::accepted)
      throw Failure(Status::refused, stripe::name(verdict), parameter + ": " + stripe::explain(verdict), parameter);
  return secrets;
}

/// Checked by kind; whether it fits the store's mode is the engine's matter, which knows the stamp.
void take_key(engine::Config &config, const Options &options, const domain::Environment &environment) {
  if (config.mode == engine::Mode::offline) return;
  const bool said = options.secret_key.has_value();
  const std::string parameter = said ? "secret_key" : "STRIPE_SECRET_KEY";
  const std::string key(trimmed(said ? *options.secret_key : environment("STRIPE_SECRET_KEY").value_or("")));
  if (key.empty()) return;
  // Whoever opens a store as it is stamped, to look at it, need not mend a key that nobody uses.
  const bool may_be_wrong = config.mode == engine::Mode::as_stamped && !said;
  const stripe::Verdict verdict = stripe::judge_api_key(key);
  if (verdict == stripe::Verdict::accepted) {
    config.secret_key = key;
    config.secret_key_may_not_fit = may_be_wrong;
    return;
  }
  if (may_be_wrong) return;
  if (verdict == stripe::Verdict::secret_placeholder)
    throw Failure(Status::refused, "secret_key_placeholder",
                  parameter + ": expected Stripe's API key, found a placeholder; set the real one, or none", parameter);
  throw Failure(Status::refused, "secret_key_unknown_kind",
                parameter + ": expected sk_live_, rk_live_, sk_test_ or rk_test_, found something else; correct it or unset it", parameter);
}

std::string api_base_of(const Options &options, engine::Mode mode) {
  if (!options.api_base || options.api_base->empty()) return std::string(stripe::default_api_base);
  const auto origin = domain::exact_origin(*options.api_base);
  if (origin == stripe::default_api_base) return *origin;
  if (!origin || !domain::loopback(*origin))
    throw Failure(
        Status::refused, "api_base_not_allowed",
        "api_base: expected https://api.stripe.com, or http on loopback (http://127.0.0.1:12111), found another address; correct it",
        "api_base");
  if (mode == engine::Mode::live)
    throw Failure(Status::refused, "api_base_not_allowed", "api_base: a live store talks to https://api.stripe.com only; leave it out",
                  "api_base");
  return *origin;
}

std::vector<std::string> origins_of(const Options &options, const domain::Environment &environment) {
  const std::string parameter = options.allowed_origins ? "allowed_origins" : "PURSER_ALLOWED_ORIGINS";
  std::vector<std::string> listed;
  if (options.allowed_origins)
    listed = *options.allowed_origins;
  else if (const auto text = environment("PURSER_ALLOWED_ORIGINS"); text && !trimmed(*text).empty())
    listed = split(*text);
  std::vector<std::string> origins;
  for (const std::string &one : listed) {
    auto origin = domain::exact_origin(one);
    if (!origin)
      throw Failure(Status::invalid, "origin_invalid",
                    parameter + ": expected exact origins (https://app.example.com, no path, no *), found something else; correct it",
                    parameter);
    origins.push_back(std::move(*origin));
  }
  return origins;
}

}  // namespace

bool is_postgres(std::string_view store) { return store.starts_with("postgres:") || store.starts_with("postgresql:"); }

std::string sqlite_path(std::string_view store) {
  if (store.starts_with(sqlite_scheme)) store.remove_prefix(sqlite_scheme.size());
  if (store.empty())
    throw Failure(Status::invalid, "store_missing",
                  "expected sqlite:PATH, a path, sqlite::memory: or postgres://…, found nothing; name the store", "store");
  return std::string(store);
}

engine::Config engine_config(const Options &options, const domain::Environment &environment) {
  engine::Config config;
  config.mode = mode_of(options, environment);
  config.stripe_account = options.stripe_account;
  config.connect_accounts = options.connect_accounts;
  config.secrets[""] = secrets_of(options.webhook_secrets, "webhook_secrets", "STRIPE_WEBHOOK_SECRET", environment);
  auto connect = secrets_of(options.connect_secrets, "connect_secrets", "STRIPE_CONNECT_WEBHOOK_SECRET", environment);
  if (!connect.empty()) config.secrets[connect_endpoint] = std::move(connect);
  config.tolerance_s = options.tolerance_s > 0 ? options.tolerance_s : stripe::default_tolerance_s;
  config.resident_accounts_max = options.resident_accounts_max > 0 ? options.resident_accounts_max : default_resident_accounts;
  config.create = !options.must_exist;
  config.payload_days = options.payload_days == 0 ? default_payload_days : options.payload_days;
  take_key(config, options, environment);
  config.api_base = api_base_of(options, config.mode);
  config.allowed_origins = origins_of(options, environment);
  return config;
}

}  // namespace purser::runtime
