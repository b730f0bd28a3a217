#include <memory>
#include <string>

#include "ports/clock.hpp"
#include "src/guard.hpp"
#include "src/http.hpp"
#include "src/text.hpp"

namespace purser::capi {
namespace {

class HostClock final : public ports::Clock {
 public:
  explicit HostClock(const purser_clock &clock) : clock_(clock) {}
  TimeMs exact_ms() const override { return clock_.now_ms(clock_.context); }
  TimeMs coarse_ms() const override { return exact_ms(); }

 private:
  purser_clock clock_;
};

ports::Log log_of(const purser_config &config) {
  if (!config.log) return {};
  return [log = config.log, context = config.log_context, least = config.log_level](ports::LogLevel level, const std::string &message) {
    if (static_cast<std::int32_t>(level) >= least) log(context, static_cast<std::int32_t>(level), message.c_str());
  };
}

std::optional<std::string> optional_text(const char *text) { return text ? std::optional<std::string>(text) : std::nullopt; }

runtime::Options options_of(const purser_config &config) {
  runtime::Options options;
  options.store = config.store;
  options.catalog = optional_text(config.catalog);
  options.mode = optional_text(config.mode);
  options.stripe_account = view(config.stripe_account);
  options.connect_accounts = texts(config.connect_accounts, config.connect_accounts_count);
  if (config.webhook_secrets) options.webhook_secrets = texts(config.webhook_secrets, config.webhook_secrets_count);
  options.tolerance_s = config.tolerance_s;
  options.resident_accounts_max = config.resident_accounts_max;
  options.threads = config.threads;
  options.must_exist = config.must_exist != 0;
  options.log = log_of(config);
  if (config.clock) options.clock = std::make_shared<HostClock>(accepted(config.clock));
  options.secret_key = optional_text(config.secret_key);
  options.api_base = optional_text(config.api_base);
  if (config.allowed_origins) options.allowed_origins = texts(config.allowed_origins, config.allowed_origins_count);
  if (config.connect_secrets) options.connect_secrets = texts(config.connect_secrets, config.connect_secrets_count);
  options.payload_days = config.payload_days;
  if (config.http) options.http = host_http(accepted(config.http));
  return options;
}

}  // namespace
}  // namespace purser::capi

using namespace purser;

purser_status purser_open(const purser_config *config, purser_handle **out, purser_error **error) {
  std::unique_ptr<purser_handle> made;
  const capi::Ended ended = capi::firewall([&]() -> const void * {
    if (!out) throw Failure(Status::invalid, "argument_null", "expected a place for the handle, found NULL; pass one", "out");
    made = std::make_unique<purser_handle>(capi::options_of(capi::accepted(config)));
    return nullptr;
  });
  if (out) *out = made.release();
  return capi::hand_over<void>(ended, nullptr, error);
}

purser_status purser_close(purser_handle *p) {
  if (!p) return PURSER_OK;
  if (!p->runtime.same_process()) return PURSER_FORKED;
  const Status status = p->runtime.close();
  if (status == Status::ok) delete p;
  return static_cast<purser_status>(status);
}
