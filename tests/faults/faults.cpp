#include "faults/faults.hpp"

#include <openssl/hmac.h>

#include <algorithm>
#include <boost/json/src.hpp>
#include <numeric>

#include "catch.hpp"

namespace purser::test {

// JSON ------------------------------------------------------------------------------------------------------------

struct Json::Value {
  boost::json::value root;
};

namespace {

const boost::json::value *walk(const boost::json::value &root, std::string_view path) {
  std::string pointer;
  for (const char c : path) pointer += c == '.' ? '/' : c;
  boost::json::error_code error;
  const boost::json::value *found = path.empty() ? &root : root.find_pointer("/" + pointer, error);
  return found && !found->is_null() ? found : nullptr;
}

}  // namespace

Json::Json(std::string_view text) : value_(std::make_shared<const Value>(Value{boost::json::parse(text)})) {}

std::string Json::text(std::string_view path) const {
  const boost::json::value *found = walk(value_->root, path);
  if (!found) return {};
  if (found->is_string()) return std::string(found->get_string());
  return found->is_number() ? boost::json::serialize(*found) : std::string();
}

std::int64_t Json::number(std::string_view path) const {
  const boost::json::value *found = walk(value_->root, path);
  return found && found->is_number() ? found->to_number<std::int64_t>() : 0;
}

bool Json::flag(std::string_view path) const {
  const boost::json::value *found = walk(value_->root, path);
  return found && found->is_bool() && found->get_bool();
}

bool Json::has(std::string_view path) const { return walk(value_->root, path) != nullptr; }

Json Json::at(std::string_view path) const {
  const boost::json::value *found = walk(value_->root, path);
  return Json(std::make_shared<const Value>(Value{found ? *found : boost::json::value()}));
}

std::size_t Json::size(std::string_view path) const {
  const boost::json::value *found = walk(value_->root, path);
  return found && found->is_array() ? found->get_array().size() : 0;
}

std::string Json::dump() const { return boost::json::serialize(value_->root); }

// Events ----------------------------------------------------------------------------------------------------------

Event::Event(std::string text) : body(std::move(text)), object(Json(body).at("data.object")) {
  const Json whole(body);
  id = whole.text("id");
  type = whole.text("type");
  created = whole.number("created");
}

Event event_of(const std::string &id, const std::string &type, std::int64_t created_s, const std::string &object, const std::string &more) {
  return Event(R"({"id":")" + id + R"(","object":"event","type":")" + type + R"(","created":)" + std::to_string(created_s) +
               R"(,"data":{"object":)" + object + "}" + (more.empty() ? "" : "," + more) + "}");
}

Events of_type(const Events &events, std::string_view prefix) {
  Events found;
  std::copy_if(events.begin(), events.end(), std::back_inserter(found), [&](const Event &e) { return e.type.starts_with(prefix); });
  return found;
}

const Event &first_of(const Events &events, std::string_view type) {
  const auto found = std::find_if(events.begin(), events.end(), [&](const Event &e) { return e.type == type; });
  INFO("no " << type << " among " << events.size() << " events");
  REQUIRE(found != events.end());
  return *found;
}

void each_order(const Events &events, const std::function<void(const Events &)> &look) {
  std::vector<std::size_t> order(events.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  do {
    Events arranged;
    for (const std::size_t i : order) arranged.push_back(events[i]);
    look(arranged);
  } while (std::next_permutation(order.begin(), order.end()));
}

std::string signed_by(const std::string &secret, const std::string &body, std::int64_t at_ms) {
  const std::string at_s = std::to_string(at_ms / 1000), message = at_s + "." + body;
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char *>(message.data()),
       message.size(), mac, &size);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[mac[i] >> 4];
    hex += "0123456789abcdef"[mac[i] & 15];
  }
  return "t=" + at_s + ",v1=" + hex;
}

// A host and its Stripe -------------------------------------------------------------------------------------------

namespace {

const char *const endpoint = "faults";

void take_secret(const Purser &purser) { purser.secrets_set({.endpoint = endpoint, .secrets = {faults_secret}}); }

}  // namespace

Fault::Fault() { take_secret(purser); }

Purser Fault::another(const char *with_catalog) const {
  Config config{.store = "sqlite::memory:"};
  config.threads = 0;  // what is fetched, and when, is the test's matter
  box.configure(config);
  Purser made(config);
  made.catalog_apply({.text = with_catalog});
  take_secret(made);
  return made;
}

Events Fault::told() {
  const std::string page = "/v1/events?limit=100";
  SandboxAnswer answer = box.request("GET", last_seen_.empty() ? page : page + "&ending_before=" + last_seen_);
  if (answer.status != 200) answer = box.request("GET", page);  // after 30 days it is listed no more: all that is, is newer
  REQUIRE(answer.status == 200);
  const Json list(answer.body);
  REQUIRE_FALSE(list.flag("has_more"));
  Events events;
  for (std::size_t i = list.size("data"); i-- > 0;) events.emplace_back(list.at("data." + std::to_string(i)).dump());
  if (!events.empty()) last_seen_ = events.back().id;
  return events;
}

Receipt Fault::tell(const Purser &whom, const Event &event) const {
  return whom.webhook_receive({.body = event.body, .signature = signed_by(faults_secret, event.body, box.now_ms()), .endpoint = endpoint});
}

void Fault::tell_all(const Events &events) const {
  for (const Event &event : events) CHECK(tell(event).http_status == 200);
}

SandboxAnswer Fault::post(const std::string &path, const std::string &form) const { return box.request("POST", path, form); }

std::string Fault::id_of_new(const std::string &path, const std::string &form) const {
  const SandboxAnswer made = post(path, form);
  INFO(made.body);
  REQUIRE(made.status == 200);
  return Json(made.body).text("id");
}

}  // namespace purser::test
