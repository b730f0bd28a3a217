#include "stripe/failure.hpp"

#include <rapidcheck.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

#include "base/json.hpp"
#include "catch.hpp"
#include "stripe/form.hpp"

using namespace purser;
using stripe::error_of;
using stripe::without_keys;

namespace {

std::string body(const char *type, const char *code = nullptr) {
  std::string text = std::string(R"({"error":{"type":")") + type + '"';
  if (code) text += std::string(R"(,"code":")") + code + '"';
  return text + R"(,"message":"Something is wrong.","param":"items[0][price]"}})";
}

Error refused(std::int32_t status, const std::string &text, std::string_view retry_after = {}) {
  return error_of({.http_status = status, .body = text, .request_id = "req_1", .retry_after = retry_after});
}

}  // namespace

TEST_CASE("every line of the table") {
  const struct {
    std::int32_t http;
    std::string body;
    Status status;
    const char *reason;
  } lines[] = {
      {400, body("invalid_request_error"), Status::invalid, "invalid_request_error"},
      {400, body("invalid_request_error", "parameter_missing"), Status::invalid, "parameter_missing"},
      {400, body("invalid_request_error", "resource_missing"), Status::not_found, "resource_missing"},
      {404, body("invalid_request_error", "resource_missing"), Status::not_found, "resource_missing"},
      {404, body("invalid_request_error"), Status::not_found, "invalid_request_error"},
      {401, body("invalid_request_error"), Status::refused, "authentication_error"},
      {401, body("invalid_request_error", "api_key_expired"), Status::refused, "api_key_expired"},
      {403, body("invalid_request_error"), Status::refused, "permission_error"},
      {402, body("card_error", "card_declined"), Status::conflict, "card_declined"},
      {400, body("idempotency_error"), Status::conflict, "idempotency_error"},
      {409, body("idempotency_error", "idempotency_key_in_use"), Status::unavailable, "idempotency_key_in_use"},
      {409, body("invalid_request_error"), Status::conflict, "invalid_request_error"},
      {409, body("invalid_request_error", "lock_timeout"), Status::unavailable, "lock_timeout"},
      {429, body("invalid_request_error", "lock_timeout"), Status::unavailable, "lock_timeout"},
      {429, body("invalid_request_error", "rate_limit"), Status::limit, "rate_limit"},
      {424, body("api_error"), Status::unavailable, "api_error"},
      {500, body("api_error"), Status::unavailable, "api_error"},
      {503, "<html>no</html>", Status::unavailable, "http_503"},
      {418, "", Status::invalid, "http_418"},
      {302, "{}", Status::unavailable, "http_302"},
  };
  for (const auto &line : lines) {
    INFO(line.http << ' ' << line.body);
    const Error error = refused(line.http, line.body);
    CHECK(error.status == line.status);
    CHECK(error.reason == line.reason);
    CHECK(error.request_id == "req_1");
    CHECK(error.message.find("Stripe answered " + std::to_string(line.http)) == 0);
    CHECK(error.message.find("; ") != std::string::npos);
    CHECK(error.parameter == (line.body.find("param") == std::string::npos ? "" : "items[0][price]"));
  }
}

TEST_CASE("a rate limit says how long to wait") {
  CHECK(refused(429, body("invalid_request_error", "rate_limit"), "7").retry_after_ms == 7000);
  CHECK(refused(429, body("invalid_request_error", "rate_limit")).retry_after_ms == stripe::rate_limit_default_ms);
  CHECK(refused(503, body("api_error"), "2").retry_after_ms == 2000);
  CHECK(refused(500, body("api_error")).retry_after_ms == 0);
}

TEST_CASE("the decline code is said") {
  const Error error =
      refused(402, R"({"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"No."}})");
  CHECK(error.message == "Stripe answered 402 card_declined (insufficient_funds): No.; the buyer needs another payment method");
}

TEST_CASE("no key, no line end and no half character gets into a message") {
  const Error error =
      refused(401, R"({"error":{"type":"invalid_request_error","message":"Invalid API Key provided: sk_test_4eC39HqL****7dc\nsorry"}})");
  CHECK(error.message.find("sk_test") == std::string::npos);
  CHECK(error.message.find("provided: [key] sorry") != std::string::npos);
  CHECK(without_keys("(rk_live_a1,whsec_b2)", 100) == "([key],[key])");
  CHECK(without_keys("Authorization: Bearer abc.", 100) == "Authorization: [key].");
  CHECK(without_keys("task_1 disk_full", 100) == "task_1 disk_full");
  CHECK(without_keys("\xC3\xA4\xC3\xA4", 3) == "\xC3\xA4");
  CHECK(without_keys("abc", 0).empty());
}

TEST_CASE("wherever a key stands, it does not come out") {
  CHECK(rc::check([](const std::string &before, const std::string &after) {
    const std::string key = "sk_live_51H8xYqKeYkEyKeY";
    std::string text = before + " " + key + after;
    RC_ASSERT(without_keys(text, text.size() + 100).find(key) == std::string::npos);
  }));
}

TEST_CASE("no answer: what may have happened decides what is said") {
  const Error lost = stripe::error_of_silence(true, "timeout", "no answer within 30000 ms");
  CHECK(lost.status == Status::timeout);
  CHECK(lost.message.find("may have had its effect") != std::string::npos);
  const Error unsent = stripe::error_of_silence(false, "connect", "connection refused");
  CHECK(unsent.status == Status::unavailable);
  CHECK(unsent.reason == "connect");
  CHECK(unsent.message.find("nothing was sent") != std::string::npos);
  CHECK(stripe::error_of_silence(true, "", "").reason == "no_answer");
}

// Recorded exchanges with the real API ---------------------------------------------------------------------------------------------------
namespace {

std::filesystem::path exchanges() {
  const char *shared = std::getenv("PURSER_SHARED");
  return (shared ? std::filesystem::path(shared) : std::filesystem::path(PURSER_SOURCE_DIR).parent_path() / "shared") / "corpus" /
         "exchanges";
}

std::vector<json::value> recorded_steps() {
  std::vector<json::value> all;
  if (!std::filesystem::is_directory(exchanges())) return all;
  for (const auto &entry : std::filesystem::directory_iterator(exchanges())) {
    if (entry.path().filename() == "index.json") continue;
    std::ifstream in(entry.path());
    std::ostringstream text;
    text << in.rdbuf();
    boost::json::parse_options options;
    options.max_depth = 100;
    const json::value document = boost::json::parse(text.str(), {}, options);
    if (const json::array *steps = json::as_array(json::find(&document, "steps")))
      for (const json::value &step : *steps) all.push_back(step);
  }
  return all;
}

void say_skipped() {
  std::cerr << "SKIPPED: no recorded exchanges at " << exchanges() << "; set PURSER_SHARED to the folder that holds corpus/\n";
}

}  // namespace

TEST_CASE("every error that Stripe really gave becomes one of the table's lines") {
  const auto steps = recorded_steps();
  if (steps.empty()) return say_skipped();
  std::map<std::pair<std::int64_t, std::string>, int> seen;
  for (const json::value &step : steps) {
    const json::value *response = json::find(&step, "response");
    const auto http = json::as_integer(json::find(response, "status")).value_or(0);
    if (http < 300) continue;
    const std::string text = boost::json::serialize(*json::find(response, "body"));
    INFO(text);
    const Error error = refused(static_cast<std::int32_t>(http), text);
    CHECK(error.status != Status::ok);
    CHECK(error.status != Status::internal);
    CHECK(error.message.find("sk_") == std::string::npos);
    CHECK(error.message.size() < 2 * stripe::failure_text_max_bytes);
    ++seen[{http, error.reason}];
  }
  CHECK(seen[{401, "authentication_error"}] > 0);
  CHECK(seen[{402, "card_declined"}] > 0);
  CHECK(seen[{404, "resource_missing"}] > 0);
  CHECK(seen[{400, "resource_missing"}] > 0);
  CHECK(seen[{400, "parameter_invalid_integer"}] > 0);
}

TEST_CASE("every form that was really sent is read, and written with the same meaning") {
  const auto steps = recorded_steps();
  if (steps.empty()) return say_skipped();
  int forms = 0;
  for (const json::value &step : steps) {
    const std::string text(json::as_text(json::find(json::find(&step, "request"), "form_body")));
    if (text.empty()) continue;
    INFO(text);
    const auto form = stripe::Form::parse(text);
    REQUIRE(form);
    CHECK_FALSE(form->empty());
    CHECK(stripe::Form::parse(form->text()) == form);
    ++forms;
  }
  CHECK(forms > 100);
}
