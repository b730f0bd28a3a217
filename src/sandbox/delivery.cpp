#include "sandbox/delivery.hpp"

#include <algorithm>

#include "base/hash.hpp"
#include "sandbox/version.hpp"

namespace purser::sandbox {
namespace {

/// A type, `invoice.*`, or an id.
bool names(const std::vector<std::string> &words, const Event &event) {
  return std::ranges::any_of(words, [&](const std::string &word) {
    if (word.ends_with(".*")) return event.type.starts_with(std::string_view(word).substr(0, word.size() - 1));
    return word == event.type || word == event.id;
  });
}

bool falls(World &world, int percent) { return percent > 0 && world.dice.below(100) < static_cast<std::uint64_t>(percent); }

std::vector<std::uint64_t> due_events(World &world, const Deliver &how, Report &report) {
  std::vector<std::uint64_t> chosen;
  std::vector<std::string> lost;
  for (const std::uint64_t number : world.events.waiting()) {
    const Event &event = world.events.at(number);
    if (!how.only.empty() && !names(how.only, event)) continue;
    if (event.at_ms + how.older_than_ms > world.moment_ms()) continue;
    if (!how.connected && !event.account.empty()) continue;
    if (names(how.lose, event) || falls(world, how.drop_percent))
      lost.push_back(event.id);
    else if (!falls(world, how.hold_percent))
      chosen.push_back(number);
  }
  for (const std::string &id : lost) world.events.lost(id);
  report.dropped += static_cast<std::int64_t>(lost.size());
  return chosen;
}

/// t and a v1 of every secret that is valid now.
std::string signature(World &world, const std::string &body, bool connected, bool wrongly) {
  const std::string t = std::to_string(world.now_s());
  std::string header = "t=" + t;
  std::erase_if(world.webhook_secrets, [&](const World::Secret &secret) { return secret.until_ms < world.moment_ms(); });
  const auto sign = [&](const std::string &secret) {
    const HmacKey key(wrongly ? "whsec_not_the_secret_of_this_sandbox" : secret);
    header += ",v1=" + hex(key.sign({t, ".", body}));
  };
  if (connected)
    sign(world.connect_secret);
  else
    for (auto secret = world.webhook_secrets.rbegin(); secret != world.webhook_secrets.rend(); ++secret) sign(secret->text);
  return header;
}

/// One event as one endpoint gets it.
struct Rendering {
  std::uint64_t number;
  std::string version;  ///< empty = as created
  bool thin;
};

std::vector<Rendering> renderings(const Deliver &how, const std::vector<std::uint64_t> &chosen) {
  std::vector<Rendering> all;
  for (const std::uint64_t number : chosen) {
    if (how.kind != Kind::thin) {
      if (how.versions.empty()) all.push_back({number, {}, false});
      for (const std::string &version : how.versions) all.push_back({number, version, false});
    }
    if (how.kind != Kind::snapshot) all.push_back({number, {}, true});
  }
  return all;
}

Delivery deliver_one(World &world, const Rendering &rendering, const Deliver &how) {
  const Event &event = world.events.at(rendering.number);
  Delivery delivery;
  delivery.event = event.id;
  delivery.type = event.type;
  delivery.endpoint = event.account.empty() ? "" : "connect";
  delivery.body = rendering.thin                                                  ? thin(event)
                  : rendering.version.empty() || rendering.version == api_version ? event.text
                                                                                  : in_version(world, event, rendering.version);
  delivery.signature = signature(world, delivery.body, !event.account.empty(), how.wrongly_signed);
  return delivery;
}

}  // namespace

std::vector<Delivery> prepare(World &world, const Deliver &how, Report &report) {
  std::vector<std::uint64_t> chosen = due_events(world, how, report);
  if (how.order == Order::reversed) std::ranges::reverse(chosen);
  const std::vector<Rendering> once = renderings(how, chosen);
  // Pass after pass: what is repeated arrives again after the others.
  std::vector<Rendering> order;
  for (int pass = 0; pass < std::max(1, how.repeat); ++pass) order.insert(order.end(), once.begin(), once.end());
  if (how.order == Order::shuffled)
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[world.dice.below(i)]);
  std::vector<Delivery> deliveries;
  deliveries.reserve(order.size());
  for (const Rendering &rendering : order) deliveries.push_back(deliver_one(world, rendering, how));
  return deliveries;
}

}  // namespace purser::sandbox
