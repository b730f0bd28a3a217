#include "judge.hpp"

#include <algorithm>
#include <set>
#include <sstream>

namespace purser::simulator {
namespace {

std::string shown(const Held &h) {
  std::ostringstream text;
  text << h.cause << ' ' << (h.product.empty() ? "" : h.product + "/") << h.key << " × " << h.quantity << " until " << h.until_ms
       << (h.exact ? "" : " with slack") << " (" << h.status << ' ' << h.price << ' ' << h.subscription << ' ' << h.item << ')';
  return text.str();
}

std::string shown(const GrantHeld &g, bool) {
  Held h{g.product, g.tier, g.cause, g.subscription, g.item, g.price, g.status, g.quantity, g.valid_until_ms, true, nullptr, {}};
  return shown(h) + (g.unconfirmed ? " unconfirmed" : "") + ", " + g.reason;
}

bool same(const Held &h, const GrantHeld &g, std::int64_t at_ms) {
  return h.product == g.product && h.key == g.tier && h.cause == g.cause && h.subscription == g.subscription && h.item == g.item &&
         h.price == g.price && h.status == g.status && h.quantity == g.quantity && h.until_ms == g.valid_until_ms &&
         h.reason(at_ms) == g.reason && !g.unconfirmed;
}

std::string grants_differ(const std::vector<Held> &right, std::vector<GrantHeld> found, std::int64_t at_ms) {
  std::ranges::sort(
      found, [](const GrantHeld &a, const GrantHeld &b) { return std::tie(a.subscription, a.item) < std::tie(b.subscription, b.item); });
  for (std::size_t i = 0; i < std::max(right.size(), found.size()); ++i) {
    if (i < right.size() && i < found.size() && same(right[i], found[i], at_ms)) continue;
    return "grant " + std::to_string(i) + ":\n      Stripe says " +
           (i < right.size() ? shown(right[i]) + ", " + right[i].reason(at_ms) : "nothing") + "\n      Purser says " +
           (i < found.size() ? shown(found[i], true) : "nothing");
  }
  return {};
}

std::string said(const std::string &what, const std::string &right, const std::string &found) {
  return right == found ? "" : what + ": Stripe says " + right + ", Purser says " + found;
}

std::string view_differs(const Rights &right, const AccountView &view) {
  std::map<std::string, std::string> tiers;
  for (const TierHeld &tier : view.tiers) tiers[tier.product] = tier.tier;
  for (const auto &[product, tier] : right.tiers)
    if (auto text = said("tier of " + product, tier, tiers[product]); !text.empty()) return text;
  const auto joined = [](const auto &all) {
    std::string text;
    for (const std::string &one : all) text += (text.empty() ? "" : ",") + one;
    return "{" + text + "}";
  };
  if (auto text = said("features", joined(right.features), joined(view.features)); !text.empty()) return text;
  Amounts limits;
  for (const LimitHeld &limit : view.limits) limits[limit.meter] = limit.limit;
  for (const auto &[meter, amount] : right.limits)
    if (auto text = said("limit of " + meter, std::to_string(amount), std::to_string(limits[meter])); !text.empty()) return text;
  return {};
}

std::string hot_differs(const Stage &stage, const std::string &account, const Rights &right) {
  for (const auto &[product, tier] : right.tiers)
    if (auto text = said("purser_tier of " + product, tier, stage.purser.tier(account, product).value_or("none")); !text.empty())
      return text;
  for (const std::string &feature : stage.catalog.features) {
    const bool holds = right.features.contains(feature);
    if (holds != (stage.purser.check(account, feature) != 0))
      return "purser_check of " + feature + ": Stripe says " + (holds ? "1" : "0") + ", Purser the opposite";
  }
  return {};
}

std::string at_text(std::int64_t at_ms, std::int64_t now_ms) {
  return at_ms == now_ms ? "now, " + std::to_string(now_ms) : std::to_string(at_ms) + ", now is " + std::to_string(now_ms);
}

using Records = std::map<std::string, std::string>;
/// What a store makes of every object of the account's customers, with its doubt.
Records records(const Purser &purser, const std::string &account) {
  const QueryAnswer answer = purser.query(
      {.sql = "SELECT type || ' ' || id, record || ' doubt ' || doubt FROM purser_v_object WHERE type IN ('customer', 'subscription') AND "
              "customer IN (SELECT customer FROM purser_v_link WHERE account = '" +
              account + "')"});
  Records found;
  for (const std::vector<Value> &row : answer.rows) found[std::get<std::string>(row[0])] = std::get<std::string>(row[1]);
  return found;
}

std::string records_differ(const Records &here, const Records &there) {
  std::string text;
  for (const auto &[name, record] : here) {
    const auto other = there.find(name);
    if (other == there.end() || other->second != record)
      text += "\n      " + name + "\n        here  " + record + "\n        there " + (other == there.end() ? "nothing" : other->second);
  }
  for (const auto &[name, record] : there)
    if (!here.contains(name)) text += "\n      " + name + "\n        here  nothing\n        there " + record;
  return text;
}

}  // namespace

Verdict judge(const Stage &stage, const std::map<std::string, std::vector<Held>> &right, bool everywhere) {
  static const std::vector<Held> nothing;
  Verdict verdict;
  const std::int64_t now_ms = stage.now_ms();
  for (const std::string &account : stage.accounts) {
    const auto found = right.find(account);
    const std::vector<Held> &held = found == right.end() ? nothing : found->second;
    const AccountView view = stage.purser.account_read({.account = account});
    ++verdict.accounts;
    const auto differs = [&](const std::string &text, std::int64_t at_ms) {
      if (!text.empty()) verdict.difference = account + " at " + at_text(at_ms, now_ms) + ": " + text;
      return !text.empty();
    };
    const Rights now = rights(stage.catalog, held, now_ms);
    if (differs(grants_differ(held, view.grants, now_ms), now_ms) || differs(view_differs(now, view), now_ms) ||
        differs(hot_differs(stage, account, now), now_ms))
      return verdict;
    ++verdict.moments;
    if (!everywhere) continue;
    std::set<std::int64_t> moments;
    for (const Held &one : held)
      if (one.until_ms > 1 && one.until_ms < forever_ms) moments.insert({one.until_ms - 1, one.until_ms, one.until_ms + 1});
    for (const std::int64_t at_ms : moments) {
      const AccountView then = stage.purser.account_read({.account = account, .at_ms = at_ms});
      if (differs(grants_differ(held, then.grants, at_ms), at_ms) || differs(view_differs(rights(stage.catalog, held, at_ms), then), at_ms))
        return verdict;
      ++verdict.moments;
    }
  }
  return verdict;
}

std::string difference(const std::map<std::string, std::vector<Held>> &right, const std::map<std::string, std::vector<Held>> &other) {
  for (const auto &[account, held] : right) {
    const auto found = other.find(account);
    const std::size_t count = found == other.end() ? 0 : found->second.size();
    for (std::size_t i = 0; i < std::max(held.size(), count); ++i) {
      const std::string a = i < held.size() ? shown(held[i]) : "nothing", b = i < count ? shown(found->second[i]) : "nothing";
      if (a != b) return account + ": grant " + std::to_string(i) + ":\n      Stripe says " + a + "\n      the naive store says " + b;
    }
  }
  return {};
}

void follow(const Purser &purser, Users &users) {
  for (;;) {
    const Changes next = purser.change_next({.consumer = "users"});
    if (next.changes.empty()) return;
    for (const Change &change : next.changes) users[change.account][change.product] = change.tier;
    purser.change_done({.consumer = "users", .seq = next.changes.back().seq});
  }
}

std::string difference(const Stage &stage, const std::map<std::string, std::vector<Held>> &right, const Users &users) {
  for (const std::string &account : stage.accounts) {
    const auto held = right.find(account);
    const Rights now = rights(stage.catalog, held == right.end() ? std::vector<Held>() : held->second, stage.now_ms());
    for (const Product &product : stage.catalog.products) {
      std::string tier = product.fallback;
      if (const auto user = users.find(account); user != users.end())
        if (const auto told = user->second.find(product.key); told != user->second.end()) tier = told->second;
      if (tier != now.tiers.at(product.key))
        return account + ": tier of " + product.key + ": Stripe says " + now.tiers.at(product.key) +
               ", the table that follows the changes says " + tier;
    }
  }
  return {};
}

std::string other_order(const Stage &stage, Dice &dice, bool sabotaged) {
  std::vector<std::string> documents;
  const Letter *left_out = nullptr;
  if (sabotaged)
    for (const Letter *letter : stage.post.letters())
      if (letter->type.starts_with("customer.subscription.")) left_out = letter;
  for (const Letter *letter : stage.post.letters()) {
    if (letter == left_out) continue;
    documents.push_back(letter->body);
    if (dice.chance(15)) documents.push_back(letter->body);
  }
  for (const auto &[customer, account] : stage.host_links)
    documents.push_back(json::write(json::Object{{"purser", "link"}, {"account", account}, {"customer", customer}}));
  dice.shuffle(documents);
  std::string text;
  for (const std::string &document : documents) text += document + "\n";
  const Purser other({.threads = 0, .log_level = PURSER_LOG_ERROR, .store = "sqlite::memory:", .mode = "offline"});
  other.catalog_apply({.text = stage.catalog.text});
  if (documents.empty()) return {};
  const ReplayReport report = other.event_replay({.documents = text});
  if (!report.refused.empty()) return "a document was refused: " + report.refused[0].message;
  for (const std::string &account : stage.accounts) {
    const AccountView a = stage.purser.account_read({.account = account}), b = other.account_read({.account = account});
    if (a.state_hash == b.state_hash) continue;
    const Records here = records(stage.purser, account);
    return account + ": a store that was told the same in another order has another hash:" + records_differ(here, records(other, account));
  }
  return {};
}

}  // namespace purser::simulator
