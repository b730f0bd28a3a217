#include "sandbox/delivery.hpp"

#include <algorithm>

#include "base/hash.hpp"

namespace purser::sandbox {
namespace {

std::vector<std::uint64_t> due_events(World &world, const Deliver &how, Report &report) {
  std::vector<std::uint64_t> chosen;
  std::vector<std::string> lost;
  for (const std::uint64_t number : world.events.waiting()) {
    const Event &event = world.events.at(number);
    if (!how.only.empty() && event.type != how.only) continue;
    if (event.at_ms + how.older_than_ms > world.moment_ms()) continue;
    if (how.drop_percent > 0 && world.dice.below(100) < static_cast<std::uint64_t>(how.drop_percent))
      lost.push_back(event.id);
    else
      chosen.push_back(number);
  }
  for (const std::string &id : lost) world.events.lost(id);
  report.dropped += static_cast<std::int64_t>(lost.size());
  return chosen;
}

/// t and a v1 of every secret that is valid now.
std::string signature(World &world, const std::string &body, bool wrongly) {
  const std::string t = std::to_string(world.now_s());
  std::string header = "t=" + t;
  std::erase_if(world.webhook_secrets, [&](const World::Secret &secret) { return secret.until_ms < world.moment_ms(); });
  for (auto secret = world.webhook_secrets.rbegin(); secret != world.webhook_secrets.rend(); ++secret) {
    const HmacKey key(wrongly ? "whsec_not_the_secret_of_this_sandbox" : secret->text);
    header += ",v1=" + hex(key.sign({t, ".", body}));
  }
  return header;
}

}  // namespace

std::vector<Delivery> prepare(World &world, const Deliver &how, Report &report) {
  std::vector<std::uint64_t> chosen = due_events(world, how, report);
  if (how.order == Order::reversed) std::ranges::reverse(chosen);
  // Pass after pass: what is repeated arrives again after the others.
  std::vector<std::uint64_t> order;
  for (int pass = 0; pass < std::max(1, how.repeat); ++pass) order.insert(order.end(), chosen.begin(), chosen.end());
  if (how.order == Order::shuffled)
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[world.dice.below(i)]);
  std::vector<Delivery> deliveries;
  deliveries.reserve(order.size());
  for (const std::uint64_t number : order) {
    const Event &event = world.events.at(number);
    deliveries.push_back({event.id, event.type, event.text, signature(world, event.text, how.wrongly_signed)});
  }
  return deliveries;
}

}  // namespace purser::sandbox
