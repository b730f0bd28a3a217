#include "control.hpp"

#include <algorithm>

#include "json.hpp"

namespace host {
namespace {

constexpr int pages_max = 100;

purser::Purser opened(const purser::Sandbox &box, const std::string &catalog) {
  purser::Config config;
  config.store = "sqlite::memory:";
  config.catalog = catalog;
  config.threads = 0;
  box.configure(config);
  return purser::Purser(config);
}

}  // namespace

Control::Control(const purser::Sandbox &box, const std::string &catalog) : box_(box), purser_(opened(box, catalog)) {}

void Control::heard(const std::string &event_id, const std::string &body, const std::string &signature) {
  const std::lock_guard lock(mutex_);
  waiting_.try_emplace(event_id, Delivery{body, signature});
}

// Stripe lists the newest first, a hundred at a time, and 30 days back.
std::vector<std::string> Control::order() const {
  std::vector<std::string> ids;
  std::string after;
  for (int page = 0; page < pages_max; page++) {
    const auto answer =
        json::read_object(box_.request("GET", "/v1/events?limit=100" + (after.empty() ? "" : "&starting_after=" + after)).body);
    const json::Value *data = answer ? answer->if_contains("data") : nullptr;
    if (!data || !data->is_array() || data->as_array().empty()) break;
    for (const json::Value &event : data->as_array()) ids.push_back(json::text_of(event.as_object(), "id"));
    after = ids.back();
    const json::Value *more = answer->if_contains("has_more");
    if (!more || !more->is_bool() || !more->as_bool()) break;
  }
  std::reverse(ids.begin(), ids.end());
  return ids;
}

void Control::catch_up() {
  const std::lock_guard lock(mutex_);
  if (waiting_.empty()) return;
  std::vector<std::string> ids = by_creation();
  const std::vector<std::string> listed = order();
  std::erase_if(ids, [&](const std::string &id) { return std::find(listed.begin(), listed.end(), id) != listed.end(); });
  ids.insert(ids.end(), listed.begin(), listed.end());
  for (const std::string &id : ids) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) continue;
    static_cast<void>(purser_.webhook_receive({.body = found->second.body, .signature = found->second.signature}));
    waiting_.erase(found);
  }
}

/// All that waits, by the second of its creation: what the list of events no longer has comes before what it has.
std::vector<std::string> Control::by_creation() const {
  std::vector<std::pair<std::int64_t, std::string>> waiting;
  for (const auto &[id, delivery] : waiting_) {
    const auto event = json::read_object(delivery.body);
    waiting.emplace_back(event ? json::number_of(*event, "created") : 0, id);
  }
  std::sort(waiting.begin(), waiting.end());
  std::vector<std::string> ids;
  for (const auto &[created_s, id] : waiting) ids.push_back(id);
  return ids;
}

std::string Control::hash(const std::string &account) {
  catch_up();
  return purser_.account_read({.account = account}).state_hash;
}

}  // namespace host
