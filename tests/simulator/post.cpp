#include "post.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <stdexcept>

namespace purser::simulator {
namespace {

constexpr std::int64_t second_ms = 1000, hour_ms = 3600 * second_ms, day_ms = 24 * hour_ms;
constexpr std::int64_t retried_for_ms = 3 * day_ms;  ///< as long as Stripe tries

std::string signature(const std::string &secret, std::int64_t now_s, const std::string &body) {
  const std::string t = std::to_string(now_s), message = t + "." + body;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char *>(message.data()),
       message.size(), digest.data(), &size);
  std::string header = "t=" + t + ",v1=";
  for (unsigned int i = 0; i < size; ++i) {
    header += "0123456789abcdef"[digest[i] >> 4];
    header += "0123456789abcdef"[digest[i] & 15];
  }
  return header;
}

/// Seconds more often than days.
std::int64_t a_while(Dice &dice) {
  switch (dice.below(4)) {
    case 0: return dice.between(1, 20) * second_ms;
    case 1: return dice.between(1, 60) * 60 * second_ms;
    case 2: return dice.between(1, 24) * hour_ms;
    default: return dice.between(0, retried_for_ms / second_ms) * second_ms;
  }
}

}  // namespace

const Letter *Post::keep(json::Object &&event) {
  const std::string id = json::text(event, "id");
  Letter letter{id, json::text(event, "type"), json::write(event), {}};
  if (on_arrival) letter.event = std::move(event);
  order_.push_back(&letters_.emplace(id, std::move(letter)).first->second);
  return order_.back();
}

// A page after the last one known, newest first. Where that one is listed no more, neither is any before it.
std::vector<const Letter *> Post::collect() {
  std::vector<const Letter *> made;
  for (bool more = true; more;) {
    Box::Answer page{404, {}};
    if (!order_.empty()) page = box_.ask("GET", "/v1/events?limit=100&ending_before=" + order_.back()->id);
    json::Array events = page.status == 200 ? std::move(page.object.at("data").get_array()) : box_.all("/v1/events");
    more = page.status == 200 && json::flag(page.object, "has_more");
    for (auto event = events.rbegin(); event != events.rend(); ++event) made.push_back(keep(std::move(event->get_object())));
  }
  box_.forget_waiting();
  return made;
}

std::string Post::sign(const std::string &body) const { return signature(secret_, box_.now_ms() / second_ms, body); }

void Post::hand_over(const Purser &purser, const Letter &letter) {
  const Receipt receipt = purser.webhook_receive({.body = letter.body, .signature = sign(letter.body)});
  if (receipt.http_status != 200)
    throw std::runtime_error("a webhook was answered " + std::to_string(receipt.http_status) + ": " + letter.type + " " + letter.id + ": " +
                             receipt.reason + " " + receipt.message);
  ++arrivals;
  if (on_arrival) on_arrival(letter);
}

bool Post::send(const Purser &purser, std::vector<const Letter *> letters, Fault fault, Dice &dice) {
  if (letters.empty()) return false;
  const auto met = [&](std::size_t i, std::size_t chosen) { return i == chosen || dice.chance(50); };
  const std::size_t chosen = dice.below(letters.size());
  if (fault == Fault::reorder) {
    // One that comes alone is overtaken by what follows.
    if (letters.size() == 1) {
      later(letters[0], 1);
      return true;
    }
    const std::vector<const Letter *> before = letters;
    dice.shuffle(letters);
    if (letters == before) std::swap(letters.front(), letters.back());
  }
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const Letter *letter = letters[i];
    switch (fault) {
      case Fault::none:
      case Fault::reorder: hand_over(purser, *letter); break;
      case Fault::repeat:
        hand_over(purser, *letter);
        if (!met(i, chosen)) break;
        for (std::int64_t again = dice.between(1, 2); again > 0; --again)
          dice.chance(50) ? hand_over(purser, *letter) : later(letter, a_while(dice));
        break;
      case Fault::delay: met(i, chosen) ? later(letter, a_while(dice)) : hand_over(purser, *letter); break;
      case Fault::loss:
        if (met(i, chosen))
          ++lost_;
        else
          hand_over(purser, *letter);
        break;
      case Fault::error: {
        const bool refused = met(i, chosen);
        // The host broke before it took the event in, or after it.
        if (!refused || dice.chance(50)) hand_over(purser, *letter);
        if (refused && !forgets_errors)
          for (std::int64_t again = dice.between(1, 2); again > 0; --again) later(letter, a_while(dice));
        break;
      }
    }
  }
  return true;
}

bool Post::deliver(const Purser &purser, std::int64_t until_ms, Dice &dice) {
  std::vector<const Letter *> due;
  for (const OnTheWay &one : on_the_way_)
    if (one.due_ms <= until_ms) due.push_back(one.letter);
  std::erase_if(on_the_way_, [&](const OnTheWay &one) { return one.due_ms <= until_ms; });
  dice.shuffle(due);
  for (const Letter *letter : due) hand_over(purser, *letter);
  return !due.empty();
}

}  // namespace purser::simulator
