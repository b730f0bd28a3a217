// Group commit: whoever finds no leader commits everything that waits, each delivery in its own savepoint, one commit for all;
// then publishes, then answers. No added delay, no thread needed.
#include <chrono>

#include "base/json.hpp"
#include "engine/impl.hpp"

namespace purser::engine {
namespace {

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Receipt refusal(std::int32_t http_status, std::string_view reason, std::string message) {
  Receipt r;
  r.http_status = http_status;
  r.reason = std::string(reason);
  r.message = std::move(message);
  return r;
}

Receipt waited_too_long() { return refusal(503, "deadline", "the store did not commit in time; nothing was lost, Stripe delivers again"); }

/// What the sender is told of a delivery that could not be stored: 5xx, so that it comes again.
Receipt receipt_of(const Error &error) {
  const bool passing = error.status == Status::unavailable || error.status == Status::timeout || error.status == Status::no_memory;
  return refusal(passing ? 503 : 500, error.reason, error.message);
}

/// Inside a catch block. Its short texts need no memory where there is none.
Receipt receipt_of_exception() noexcept {
  try {
    try {
      throw;
    } catch (const Failure &failure) { return receipt_of(failure.error()); } catch (const std::bad_alloc &) {
    } catch (...) { return refusal(500, "internal", "a bug in Purser stopped this delivery; report it"); }
  } catch (...) {}
  return refusal(503, "no_memory", "out of memory");
}

/// The whole transaction is in doubt, not one delivery.
bool concerns_all(const Error &error) { return error.status == Status::unavailable || error.status == Status::corrupt; }

}  // namespace

bool Engine::Impl::prepare(std::string body, std::string_view signature, std::string_view endpoint, PreparedEvent &event,
                           Receipt &refused) {
  std::shared_ptr<const stripe::Secrets> secrets;
  {
    const std::lock_guard lock(secrets_mutex_);
    if (const auto found = secrets_.find(endpoint); found != secrets_.end()) secrets = found->second;
  }
  if (!secrets || secrets->empty()) {
    refused = refusal(503, name(stripe::Verdict::no_secret), explain(stripe::Verdict::no_secret));
    return false;
  }
  stripe::Verdict verdict = secrets->verify(signature, body, now_ms() / second_ms, config_.tolerance_s);
  if (verdict == stripe::Verdict::accepted) verdict = stripe::read_envelope(body, event.envelope, false);
  if (verdict != stripe::Verdict::accepted) {
    refused = refusal(verdict == stripe::Verdict::body_too_large ? 413 : 400, name(verdict), explain(verdict));
    return false;
  }
  if (!event.envelope.thin && stripe::folding(event.envelope.object_type)) {
    const json::Parsed parsed = json::parse_judged(body);
    if (const json::object *root = json::as_object(&parsed.root)) event.observation = stripe::observe_event(*root);
  }
  event.payload_hash = sha256(body);
  event.body = std::move(body);
  return true;
}

Receipt Engine::Impl::receive(std::string_view body, std::string_view signature, std::string_view endpoint,
                              std::int64_t deadline_ms) noexcept {
  try {
    return deliver(body, signature, endpoint, deadline_ms);
  } catch (...) { return receipt_of_exception(); }
}

Receipt Engine::Impl::deliver(std::string_view body, std::string_view signature, std::string_view endpoint, std::int64_t deadline_ms) {
  auto pending = std::make_shared<Pending>();
  if (body.size() > stripe::body_max_bytes)
    return refusal(413, name(stripe::Verdict::body_too_large), explain(stripe::Verdict::body_too_large));
  Receipt refused;
  if (!prepare(std::string(body), signature, endpoint, pending->event, refused)) {
    log(ports::LogLevel::warning, "webhook refused: " + refused.reason);
    return refused;
  }
  pending->blocking = true;
  pending->deadline_steady_ms = steady_ms() + (deadline_ms > 0 ? std::min(deadline_ms, delivery_wait_ms) : delivery_wait_ms);
  if (!enqueue(pending, refused)) return refused;

  std::unique_lock lock(queue_mutex_);
  const auto until = std::chrono::steady_clock::time_point(std::chrono::milliseconds(pending->deadline_steady_ms));
  while (!pending->done) {
    if (!leading_) {
      leading_ = true;
      lock.unlock();
      lead(pending.get());
      lock.lock();
    } else if (queue_moved_.wait_until(lock, until) == std::cv_status::timeout && !pending->done && leading_) {
      // Without a leader this thread leads once more: the one that stepped down may have left the queue to it.
      std::erase(queue_, pending);
      return waited_too_long();
    }
  }
  return std::move(pending->receipt);
}

void Engine::Impl::begin(std::string body, std::string signature, std::string endpoint, const Answer &answer) noexcept {
  Receipt refused;
  try {
    auto pending = std::make_shared<Pending>();
    pending->answer = answer;
    pending->deadline_steady_ms = steady_ms() + delivery_wait_ms;
    const bool too_large = body.size() > stripe::body_max_bytes;
    if (too_large) refused = refusal(413, name(stripe::Verdict::body_too_large), explain(stripe::Verdict::body_too_large));
    if (too_large || !prepare(std::move(body), signature, endpoint, pending->event, refused))
      log(ports::LogLevel::warning, "webhook refused: " + refused.reason);
    else if (enqueue(pending, refused))
      return;
  } catch (...) { refused = receipt_of_exception(); }
  answer(std::move(refused));
}

bool Engine::Impl::enqueue(const std::shared_ptr<Pending> &pending, Receipt &refused) {
  const std::lock_guard lock(queue_mutex_);
  if (queue_.size() >= waiting_deliveries_max) {
    refused = refusal(503, "overloaded", "too many deliveries wait for the store; Stripe delivers again");
    return false;
  }
  queue_.push_back(pending);
  return true;
}

bool Engine::Impl::work() {
  {
    const std::lock_guard lock(queue_mutex_);
    if (leading_ || queue_.empty()) return false;
    leading_ = true;
  }
  lead(nullptr);
  return true;
}

// Entered with leading_ set by this thread; left without it. Answers run without leadership: they may call any verb.
void Engine::Impl::lead(const Pending *own) noexcept {
  while (true) {
    Batch batch = next_batch();
    if (!batch.empty()) commit_batch(batch);
    const bool nothing = batch.empty();
    const Batch to_answer = finish(batch);
    const bool finished = nothing || (own && own->done);
    bool more = false;
    {
      const std::lock_guard lock(queue_mutex_);
      leading_ = false;
      const auto waits = [](const std::shared_ptr<Pending> &p) { return p->blocking; };
      // A thread that waits takes over, so that no caller serves the others for ever; without one this thread goes on.
      more = !queue_.empty() && to_answer.empty() && !(finished && std::any_of(queue_.begin(), queue_.end(), waits));
      leading_ = more;
    }
    queue_moved_.notify_all();
    for (const auto &pending : to_answer) pending->answer(std::move(pending->receipt));
    if (!to_answer.empty()) {
      const std::lock_guard lock(queue_mutex_);
      more = !leading_ && !queue_.empty();
      if (more) leading_ = true;
    }
    if (!more) return;
  }
}

Engine::Impl::Batch Engine::Impl::next_batch() noexcept {
  Batch batch;
  std::size_t bytes = 0;
  const std::lock_guard lock(queue_mutex_);
  while (!queue_.empty() && batch.size() < batch_deliveries_max) {
    const std::size_t size = queue_.front()->event.body.size();
    if (!batch.empty() && bytes + size > batch_bytes_max) break;
    bytes += size;
    batch.splice(batch.end(), queue_, queue_.begin());
  }
  return batch;
}

void Engine::Impl::commit_batch(const Batch &batch) noexcept {
  Receipt failed;
  try {
    write([&](ports::SqlSession &db, const World &world, Sequence &sequence) { return apply(db, world, sequence, batch); });
    return;
  } catch (...) { failed = receipt_of_exception(); }
  try {
    for (const auto &pending : batch) pending->receipt = failed;
    log(ports::LogLevel::error, "deliveries not stored, answered " + std::to_string(failed.http_status) + ": " + failed.message);
  } catch (...) {
    for (const auto &pending : batch) pending->receipt = receipt_of_exception();
  }
}

Change::Published Engine::Impl::apply(ports::SqlSession &db, const World &world, Sequence &sequence, const Batch &batch) {
  Change::Published published;
  const std::int64_t now_steady = steady_ms();
  for (const auto &pending : batch) {
    if (pending->deadline_steady_ms <= now_steady) {
      pending->receipt = waited_too_long();
      continue;
    }
    db.savepoint();
    const bool wrote = sequence.wrote;
    const auto dropped = [&] {
      pending->receipt = receipt_of_exception();
      db.rollback_to_savepoint();
      sequence = {0, -1, wrote};
    };
    try {
      Change change(db, world, now_ms(), sequence);
      pending->receipt = change.event(std::move(pending->event));
      db.release_savepoint();
      for (const auto &[account, grants] : change.published()) published[account] = grants;
    } catch (const Failure &failure) {
      if (concerns_all(failure.error())) throw;
      dropped();
    } catch (const std::exception &) { dropped(); }
  }
  return published;
}

/// All of the batch are done; moves out those that are answered by call. The others' threads see `done` and go.
Engine::Impl::Batch Engine::Impl::finish(Batch &batch) noexcept {
  Batch to_answer;
  const std::lock_guard lock(queue_mutex_);
  for (auto it = batch.begin(); it != batch.end();) {
    const auto pending = it++;
    (*pending)->done = true;
    if ((*pending)->answer) to_answer.splice(to_answer.end(), batch, pending);
  }
  return to_answer;
}

}  // namespace purser::engine
