// Open, configure, close: a configuration is turned to the sandbox by the public vtables, as any host could.
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "sandbox/c_guard.hpp"

namespace purser::sandbox::c {
namespace {

constexpr const char *default_origin = "https://app.example.com";
constexpr std::size_t catalog_max_bytes = 1024 * 1024;

std::string read_file(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    throw Failure(Status::not_found, "catalog_not_found", "expected a catalog file at " + path + ", found none; correct the path",
                  "catalog");
  std::ostringstream content;
  content << file.rdbuf();
  std::string text = content.str();
  if (text.size() > catalog_max_bytes)
    throw Failure(Status::limit, "catalog_too_large", "expected a catalog of at most 1 MiB, found more", "catalog");
  return text;
}

Options options_of(const purser_sandbox_options &given) {
  Options options;
  if (given.catalog && given.catalog_text)
    throw Failure(Status::invalid, "argument_conflict", "expected one of catalog and catalog_text, found both; pass one", "catalog_text");
  if (given.catalog_text) options.catalog_text = given.catalog_text;
  if (given.catalog) {
    options.catalog_text = read_file(given.catalog);
    options.catalog_name = given.catalog;
  }
  if (given.start_ms < 0)
    throw Failure(Status::invalid, "argument_out_of_range", "start_ms: expected 0 or more, found less; correct it", "start_ms");
  if (given.draft_minutes < 0 || given.draft_minutes > 7 * 24 * 60)
    throw Failure(Status::invalid, "argument_out_of_range", "draft_minutes: expected 0 to a week, found another; correct it",
                  "draft_minutes");
  if (given.dunning_days < 0 || given.dunning_days > 365)
    throw Failure(Status::invalid, "argument_out_of_range", "dunning_days: expected 0 to 365, found another; correct it", "dunning_days");
  if (given.dunning_end < PURSER_DUNNING_CANCEL || given.dunning_end > PURSER_DUNNING_PAST_DUE)
    throw Failure(Status::invalid, "argument_out_of_range", "dunning_end: expected PURSER_DUNNING_*, found another number; correct it",
                  "dunning_end");
  options.seed = given.seed == 0 ? 1 : given.seed;
  options.start_ms = given.start_ms;
  options.draft_minutes = given.draft_minutes;
  if (given.dunning_days > 0) options.dunning_days = given.dunning_days;
  options.dunning_end = static_cast<DunningEnd>(given.dunning_end);
  return options;
}

std::string text_at(const purser_text_list *list, std::size_t i) {
  const char *const text = purser_text_list_at(list, i);
  return text ? text : "";
}

Request request_of(const purser_http_request &sent) {
  Request request;
  request.method = sent.method ? sent.method : "GET";
  const std::string url = sent.url ? sent.url : "";
  const std::size_t host = url.find("://");
  const std::size_t path = url.find('/', host == std::string::npos ? 0 : host + 3);
  const std::string target = path == std::string::npos ? "/" : url.substr(path);
  const std::size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string::npos) request.query = target.substr(mark + 1);
  for (std::size_t i = 0; i < purser_text_list_count(sent.header_names); ++i)
    request.headers.emplace_back(text_at(sent.header_names, i), text_at(sent.header_values, i));
  if (sent.body) request.body.assign(sent.body, sent.body_size);
  return request;
}

void respond(purser_http_token *token, const Response &response) {
  std::vector<const char *> names, values;
  for (const Header &header : response.headers) {
    names.push_back(header.first.c_str());
    values.push_back(header.second.c_str());
  }
  purser_http_response out{};
  out.struct_size = sizeof out;
  out.status = response.status;
  out.header_names = names.data();
  out.header_names_count = names.size();
  out.header_values = values.data();
  out.header_values_count = values.size();
  out.body = response.body.data();
  out.body_size = response.body.size();
  purser_http_respond(token, &out, nullptr);
}

void send(void *context, const purser_http_request *sent, purser_http_token *token) {
  Response response;
  try {
    response = static_cast<purser_sandbox *>(context)->box.api(request_of(*sent));
    if (response.end == End::answered) return respond(token, response);
  } catch (...) { response.end = End::lost; }
  const bool sent_at_all = response.end == End::lost;
  purser_http_fail(token, sent_at_all ? PURSER_HTTP_LOST : PURSER_HTTP_NOT_SENT, "the sandbox was told to lose it", nullptr);
}

std::int64_t now_ms(void *context) { return static_cast<const purser_sandbox *>(context)->box.now_ms(); }

bool starts_live(const char *key) {
  const std::string text = optional(key);
  return text.starts_with("sk_live_") || text.starts_with("rk_live_");
}

/// A list of one that lives as long as the sandbox.
const char *const *list_of(purser_sandbox &box, std::string text) {
  box.texts.push_back(std::move(text));
  box.text_lists.push_back({box.texts.back().c_str()});
  return box.text_lists.back().data();
}

/// The endpoint of connected accounts, where the configuration knows of one.
void turn_connect(purser_sandbox &box, purser_config *config) {
  if (config->struct_size < offsetof(purser_config, connect_secrets_count) + sizeof config->connect_secrets_count) return;
  config->connect_secrets = list_of(box, box.box.connect_secret());
  config->connect_secrets_count = 1;
  if (config->connect_accounts) return;
  config->connect_accounts = list_of(box, "*");
  config->connect_accounts_count = 1;
}

void turn(purser_sandbox &box, purser_config *config) {
  if (!config) missing("config");
  if (config->struct_size < offsetof(purser_config, http) + sizeof(void *))
    throw Failure(Status::invalid, "struct_size_wrong",
                  "config: expected a purser_config of this version, found a shorter one; compile with this purser.h", "config");
  if (optional(config->mode) == "live" || starts_live(config->secret_key))
    throw Failure(Status::refused, "sandbox_refuses_live",
                  "expected a configuration without live mode or key, found one; the sandbox is for tests alone", "config");
  const std::lock_guard lock(box.mutex);
  config->mode = "sandbox";
  config->secret_key = box.box.secret_key().c_str();
  config->webhook_secrets = list_of(box, box.box.webhook_secret());
  config->webhook_secrets_count = 1;
  turn_connect(box, config);
  config->http = &box.http;
  config->clock = &box.clock;
  const char *const origins = std::getenv("PURSER_ALLOWED_ORIGINS");
  if (config->allowed_origins || (origins && *origins)) return;
  config->allowed_origins = list_of(box, default_origin);
  config->allowed_origins_count = 1;
}

std::unique_ptr<purser_sandbox> make(const purser_sandbox_options &options) {
  auto box = std::make_unique<purser_sandbox>(options_of(options));
  box->http.struct_size = sizeof box->http;
  box->http.send = send;
  box->http.context = box.get();
  box->clock.struct_size = sizeof box->clock;
  box->clock.now_ms = now_ms;
  box->clock.context = box.get();
  return box;
}

}  // namespace
}  // namespace purser::sandbox::c

using namespace purser::sandbox;

purser_status purser_sandbox_open(purser_config *config, purser_sandbox **out, purser_error **error) {
  if (out) *out = nullptr;
  return c::guarded(error, [&] {
    if (!out) c::missing("out");
    if (!config) c::missing("config");
    purser_sandbox_options options{};
    options.struct_size = sizeof options;
    options.catalog = config->catalog;
    auto box = c::make(options);
    c::turn(*box, config);
    *out = box.release();
  });
}

purser_status purser_sandbox_open_with(const purser_sandbox_options *options, purser_sandbox **out, purser_error **error) {
  if (out) *out = nullptr;
  return c::guarded(error, [&] {
    if (!out) c::missing("out");
    *out = c::make(c::accepted(options, "options")).release();
  });
}

purser_status purser_sandbox_configure(purser_sandbox *box, purser_config *config, purser_error **error) {
  return c::guarded(error, [&] {
    c::usable(box);
    c::turn(*box, config);
  });
}

// In a forked child its threads are gone and its locks may be held for ever: what is the parent's is left as it is.
void purser_sandbox_close(purser_sandbox *box) {
  if (box && box->process == ::getpid()) delete box;
}
