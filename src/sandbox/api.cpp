#include "sandbox/api.hpp"

#include <algorithm>
#include <array>
#include <exception>

#include "sandbox/api_failure.hpp"
#include "sandbox/calendar.hpp"
#include "sandbox/params.hpp"
#include "sandbox/router.hpp"
#include "stripe/form.hpp"

namespace purser::sandbox {
namespace {

constexpr std::size_t idempotency_key_max = 255;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char &c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

std::string header(const Request &request, std::string_view name) {
  for (const Header &each : request.headers)
    if (lower(each.first) == name) return each.second;
  return {};
}

/// The user name of `Basic` credentials, whose password is empty.
std::string basic_user(std::string_view encoded) {
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (const char c : encoded) {
    const std::size_t value = alphabet.find(c);
    if (value == std::string_view::npos) break;
    bits = bits << 6 | static_cast<unsigned>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 255);
    }
  }
  return out.substr(0, out.find(':'));
}

void authenticate(const World &world, const Request &request) {
  const std::string given = header(request, "authorization");
  std::string key;
  if (given.starts_with("Bearer "))
    key = given.substr(7);
  else if (given.starts_with("Basic "))
    key = basic_user(std::string_view(given).substr(6));
  if (key.empty())
    throw unauthorized(
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. "
        "'Authorization: Bearer "
        "YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.");
  if (key == world.secret_key) return;
  const bool live = key.starts_with("sk_live_") || key.starts_with("rk_live_");
  std::string shown = key.substr(0, std::min<std::size_t>(8, key.size()));
  if (key.size() > 12) shown += std::string(12, '*') + key.substr(key.size() - 4);
  throw unauthorized("Invalid API Key provided: " + shown + (live ? ". This is a sandbox: it takes no live keys." : ""));
}

/// Whose objects are asked for; empty = the own account's.
std::string connected_account(const World &world, const Request &request) {
  std::string account = header(request, "stripe-account");
  if (account.empty() || account == world.account) return {};
  if (world.accounts.find(account)) return account;
  const std::string key = world.secret_key.substr(0, 8) + "***" + world.secret_key.substr(world.secret_key.size() - 4);
  throw invalid_request("The provided key '" + key + "' does not have access to account '" + account +
                            "' (or that account does not exist). Application access may have been revoked.",
                        {}, "account_invalid", 403);
}

/// `2026-06-24.dahlia`; what looks like one is echoed.
std::string version_of(const Request &request) {
  std::string asked = header(request, "stripe-version");
  if (asked.empty()) return std::string(api_version);
  const bool plausible =
      asked.size() >= 10 && std::ranges::all_of(asked.substr(0, 10), [](char c) { return (c >= '0' && c <= '9') || c == '-'; });
  if (!plausible) throw invalid_request("Invalid Stripe API version: " + asked);
  return asked;
}

/// The parameters in an order of their own, so that the same ones compare equal.
std::string ordered(const Request &request) {
  const auto form = stripe::Form::parse(request.body);
  if (!form) return request.body;
  std::vector<stripe::Form::Field> fields = form->fields();
  std::ranges::sort(fields);
  std::string out;
  for (const auto &[key, value] : fields)
    out.append(std::to_string(key.size()))
        .append(":")
        .append(key)
        .append("=")
        .append(std::to_string(value.size()))
        .append(":")
        .append(value)
        .append("&");
  return out;
}

Response error_response(World &world, const ApiFailure &failure) {
  Object error = failure.error;
  if (failure.status != 401)
    error["request_log_url"] = "https://dashboard.stripe.com/" + world.account + "/test/workbench/logs?object=" + world.cause.request;
  Response response;
  response.status = failure.status;
  response.body = render(Object{{"error", std::move(error)}});
  return response;
}

Response injected(World &world, int status) {
  if (status == 429)
    return error_response(
        world, {429,
                {{"code", "rate_limit"},
                 {"doc_url", "https://stripe.com/docs/error-codes/rate-limit"},
                 {"message", "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits."},
                 {"type", "invalid_request_error"}}});
  if (status == 409)
    return error_response(
        world,
        {409,
         {{"code", "lock_timeout"},
          {"doc_url", "https://stripe.com/docs/error-codes/lock-timeout"},
          {"message", "This object cannot be accessed right now because another API request or Stripe process is currently accessing it."},
          {"type", "invalid_request_error"}}});
  return error_response(world, {status, {{"message", "An unknown error occurred (injected by the sandbox)."}, {"type", "api_error"}}});
}

/// The fault that this request meets, if any.
const Fault *met_fault(World &world, const Request &request) {
  for (auto &[fault, seen] : world.faults) {
    if (!request.path.starts_with(fault.path) || (!fault.method.empty() && fault.method != request.method)) continue;
    ++seen;
    if (seen > fault.after && (fault.count < 0 || seen <= fault.after + fault.count)) return &fault;
  }
  return nullptr;
}

Response run(World &world, const Request &request) {
  try {
    const Value parameters =
        Params::decode(request.method == "POST" || !request.body.empty() ? request.body + (request.query.empty() ? "" : "&" + request.query)
                                                                         : request.query);
    Response response;
    response.body = render(answer_call(world, request.method, request.path, parameters, connected_account(world, request)));
    world.finish();
    return response;
  } catch (const ApiFailure &failure) {
    // What a refused request had begun is taken back; a refused payment has happened.
    if (failure.status != 402) world.undo();
    world.finish();
    return error_response(world, failure);
  } catch (const std::exception &bug) {
    world.undo();
    return error_response(world, {500, {{"message", std::string("The sandbox failed: ") + bug.what()}, {"type", "api_error"}}});
  }
}

bool is_kept(int status) { return (status >= 200 && status < 300) || status == 402 || status >= 500; }

Response conflict_of_keys(World &world, const std::string &key, bool other_path, const std::string &path) {
  const std::string what = other_path ? "for the same endpoint they were first used for ('" + path + "')"
                                      : std::string("with the same parameters they were first used with");
  return error_response(world, {400,
                                {{"message", "Keys for idempotent requests can only be used " + what + ". Try using a key other than '" +
                                                 key + "' if you meant to execute a different request."},
                                 {"type", "idempotency_error"}}});
}

/// Runs it, or answers what its key was answered before.
Response once(World &world, const Request &request, const Fault *fault, std::string &original) {
  const std::string key = request.method == "POST" ? header(request, "idempotency-key") : std::string();
  if (key.size() > idempotency_key_max) throw invalid_request("Idempotency keys can be at most 255 characters.");
  const Remembered *before = key.empty() ? nullptr : world.idempotency.find(key, world.moment_ms());
  if (before) {
    if (before->path != request.path) return conflict_of_keys(world, key, true, before->path);
    if (before->parameters != ordered(request)) return conflict_of_keys(world, key, false, {});
    original = before->request_id;
    Response replay;
    replay.status = before->status;
    replay.body = before->body;
    replay.headers.emplace_back("Idempotent-Replayed", "true");
    return replay;
  }
  world.cause.idempotency_key = key;
  Response response = fault && fault->kind == FaultKind::status ? injected(world, fault->status) : run(world, request);
  if (!key.empty() && is_kept(response.status))
    world.idempotency.remember(key, {request.path, ordered(request), world.cause.request, response.status, response.body},
                               world.moment_ms());
  return response;
}

}  // namespace

Response answer_request(World &world, const Request &request, bool trusted) {
  world.settle();
  const Fault *fault = trusted ? nullptr : met_fault(world, request);
  Response response;
  if (fault && fault->kind == FaultKind::not_sent) {
    response.end = End::not_sent;
    return response;
  }
  const std::string id = world.ids.make("req_"), key = header(request, "idempotency-key");
  world.cause = {id, {}};
  std::string original = id, version(api_version);
  try {
    if (!trusted) authenticate(world, request);
    version = version_of(request);
    response = once(world, request, fault, original);
  } catch (const ApiFailure &failure) { response = error_response(world, failure); }
  world.cause = {};
  response.headers.emplace_back("Content-Type", "application/json");
  response.headers.emplace_back("Date", http_date(world.now_s()));
  response.headers.emplace_back("Request-Id", id);
  response.headers.emplace_back("Stripe-Version", version);
  if (!key.empty()) {
    response.headers.emplace_back("Idempotency-Key", key);
    response.headers.emplace_back("Original-Request", original);
  }
  if (fault && fault->kind == FaultKind::lost) response.end = End::lost;
  return response;
}

}  // namespace purser::sandbox
