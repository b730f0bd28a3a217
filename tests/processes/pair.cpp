#include "processes/pair.hpp"

#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>

namespace purser::test {
namespace {

constexpr int answer_most_ms = 60'000;
// An event takes some hundred microseconds: before, in the middle, after its commit, and while others wait.
constexpr useconds_t killed_soon_us = 250, killed_late_us = 2000;
constexpr int rounds_max = 200;
constexpr int gaps_percent = 4;  ///< orders that are "fetch what is due" instead of an event: both hosts at once, at times

}  // namespace

HostPair::HostPair(simulator::Stage &stage, std::string store, std::uint64_t seed, int kill_permille)
    : stage_(stage),
      dice_(seed, 0x9A12),
      kill_permille_(kill_permille),
      now_ms_(static_cast<std::atomic<std::int64_t> *>(
          ::mmap(nullptr, sizeof(std::atomic<std::int64_t>), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
  *now_ms_ = stage.now_ms();
  premises_ = {std::move(store), stage.secret_key(), stage.webhook_secret(), now_ms_};
  for (Seat &seat : seats_) seat.host = std::make_unique<HostProcess>(premises_);
  ask("sweep");
}

HostPair::~HostPair() {
  for (Seat &seat : seats_) seat.host.reset();
  ::munmap(now_ms_, sizeof *now_ms_);
}

void HostPair::post(const std::vector<const simulator::Letter *> &letters, int lose_percent) {
  for (const simulator::Letter *letter : letters) {
    letters_[letter->id] = letter;
    if (dice_.chance(lose_percent))
      ++lost_;
    else
      orders_.push_back("event " + letter->id);
  }
}

bool HostPair::busy() const {
  return std::ranges::any_of(seats_, [](const Seat &seat) { return seat.order.has_value(); });
}

void HostPair::restart(Seat &seat) {
  ++kills_;
  seat.host->kill();
  if (seat.order) {
    ++killed_at_work_;
    ++again_;
    orders_.push_back(std::move(*seat.order));
    seat.order.reset();
  }
  seat.host = std::make_unique<HostProcess>(premises_);
}

/// Any order, not the oldest: hosts are not told in order.
void HostPair::give(Seat &seat) {
  if (dice_.chance(gaps_percent)) {
    seat.order = "gaps";
  } else {
    std::swap(orders_[dice_.below(orders_.size())], orders_.back());
    seat.order = std::move(orders_.back());
    orders_.pop_back();
  }
  std::string words = *seat.order;
  if (words.starts_with("event ")) {
    const std::string &body = letters_.at(words.substr(6))->body;
    words = "event " + stage_.post.sign(body) + "\n" + body;
  }
  Frames(seat.host->line()).put(words);
  if (dice_.below(1000) >= static_cast<std::size_t>(kill_permille_)) return;
  ::usleep(static_cast<useconds_t>(dice_.below(dice_.chance(60) ? killed_soon_us : killed_late_us)));
  restart(seat);
}

void HostPair::answered(Seat &seat, const std::string &answer) {
  if (answer.starts_with("dead ")) throw std::runtime_error("a host does not open: " + answer);
  const std::string order = std::move(*seat.order);
  seat.order.reset();
  last_answer_ = answer;
  if (order.starts_with("event ") || order.starts_with("link ")) {
    if (answer == "200") {
      if (order.starts_with("event ")) answered_events_.insert(order.substr(6));
      return;
    }
    if (!answer.starts_with("50")) throw std::runtime_error(order + " was answered " + answer);
    ++again_;
    orders_.push_back(order);
  }
}

void HostPair::listen() {
  std::array<pollfd, 4> waited{};
  for (std::size_t i = 0; i < 2; ++i) {
    waited[2 * i] = {seats_[i].host->line(), POLLIN, 0};
    waited[2 * i + 1] = {seats_[i].host->stripe(), POLLIN, 0};
  }
  if (::poll(waited.data(), waited.size(), answer_most_ms) <= 0) throw std::runtime_error("a host does not answer within a minute");
  for (std::size_t i = 0; i < 2; ++i) {
    Seat &seat = seats_[i];
    if (waited[2 * i + 1].revents & POLLIN) {
      const Frames stripe(seat.host->stripe());
      if (const auto request = stripe.get()) {
        const std::size_t blank = request->find(' ');
        const simulator::Box::Answer answer = stage_.box.ask(request->substr(0, blank), request->substr(blank + 1));
        stripe.put(std::to_string(answer.status) + " " + simulator::json::write(answer.object));
      }
    }
    if (!(waited[2 * i].revents & (POLLIN | POLLHUP))) continue;
    const auto answer = Frames(seat.host->line()).get();
    if (!answer) throw std::runtime_error("a host died that nobody killed");
    answered(seat, *answer);
  }
}

void HostPair::work(std::size_t leave) {
  *now_ms_ = stage_.now_ms();
  while (orders_.size() > leave || busy()) {
    for (Seat &seat : seats_)
      if (!seat.order && orders_.size() > leave) give(seat);
    if (busy()) listen();
  }
}

std::string HostPair::ask(const std::string &order) {
  for (;;) {
    Seat &seat = seats_[dice_.below(2)];
    seat.order = order;
    Frames(seat.host->line()).put(order);
    while (busy()) listen();
    if (!last_answer_.starts_with("503")) return last_answer_;
  }
}

void HostPair::sweep() {
  *now_ms_ = stage_.now_ms();
  ask("sweep");
}

void HostPair::settle() {
  for (int round = 0; round < rounds_max; ++round) {
    work(0);
    ask("sweep");
    const std::string gaps = ask("gaps");
    const std::vector<const simulator::Letter *> letters = stage_.post.collect();
    stage_.post.send(stage_.purser, letters, simulator::Fault::none, dice_);
    post(letters, 0);
    const std::int64_t waiting = std::stoll(gaps), due_ms = std::stoll(gaps.substr(gaps.find(' ') + 1));
    if (waiting == 0 && letters.empty()) return;
    if (waiting > 0) stage_.box.advance(std::max<std::int64_t>(due_ms - stage_.now_ms(), 1));
    *now_ms_ = stage_.now_ms();
  }
  throw std::runtime_error("the hosts' gaps do not close");
}

}  // namespace purser::test
