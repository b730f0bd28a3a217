// The resident accounts: key → what it may do until when. One writer; readers on any thread take no lock, allocate nothing and write
// nothing (docs/decisions/0003-snapshot-seqlock.md).
//  - Memory is type-stable: records, blocks and slot arrays are never freed or used for something else before the table dies, so a reader
//    may follow any reference it has seen.
//  - A record's key never changes. Its timeline is guarded by a sequence number, odd while it is written: a reader that saw it odd or
//    changed reads again.
//  - All shared words are atomics. The writer's stores release and the reader's loads acquire, so a reader that saw any word of a write
//    sees at least its odd number; this needs no fence, and on x86-64 no instruction beyond plain moves.
#pragma once
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/keyed_hash.hpp"
#include "base/time.hpp"
#include "engine/vocabulary.hpp"

namespace purser::engine {

/// `held` is true while now < until_ms.
struct Step {
  TimeMs until_ms = forever_ms;
  const Compiled *held = nullptr;
};

/// The middle steps of an account with more than one boundary.
class StepBlock {
 public:
  explicit StepBlock(std::size_t capacity) : steps_(capacity) {}
  void fill(std::span<const Step> steps) noexcept;
  Step at(TimeMs now, const Compiled *after) const noexcept;
  std::size_t capacity() const noexcept { return steps_.size(); }
  std::size_t bytes() const noexcept { return sizeof *this + steps_.size() * sizeof(Shared); }

 private:
  struct Shared {
    std::atomic<TimeMs> until_ms{0};
    std::atomic<const Compiled *> held{nullptr};
  };
  std::atomic<std::uint32_t> count_{0};
  std::vector<Shared> steps_;
};

/// One account; its key follows it in memory. 40 bytes, so that a key of up to 24 bytes shares its cache line.
class Record {
 public:
  explicit Record(std::string_view key) noexcept;
  bool is(std::string_view key) const noexcept { return key == this->key(); }
  std::string_view key() const noexcept { return {reinterpret_cast<const char *>(this + 1), key_size_}; }

  Step at(TimeMs now) const noexcept {
    for (;;) {
      const std::uint32_t before = sequence_.load(std::memory_order_acquire);
      Step step{until_ms_.load(std::memory_order_acquire), now_.load(std::memory_order_acquire)};
      if (now >= step.until_ms) step = later(now);
      if ((before & 1) == 0 && sequence_.load(std::memory_order_relaxed) == before) return step;
      wait();
    }
  }
  /// Returns the block that is no longer used. `middle` is what `steps` has between its first and its last.
  StepBlock *write(std::span<const Step> steps, StepBlock *middle) noexcept;

 private:
  Step later(TimeMs now) const noexcept;
  static void wait() noexcept;

  std::atomic<std::uint32_t> sequence_{0};
  const std::uint32_t key_size_;
  std::atomic<TimeMs> until_ms_{forever_ms};
  std::atomic<const Compiled *> now_{nullptr};
  std::atomic<const Compiled *> after_{nullptr};
  std::atomic<StepBlock *> more_{nullptr};
};

class AccountTable {
 public:
  static constexpr std::size_t key_max_bytes = 1024;

  explicit AccountTable(const KeyedHash &hash);
  ~AccountTable();
  AccountTable(const AccountTable &) = delete;

  // writer
  /// `steps`: rising until_ms, the last one forever_ms; not empty. Throws Failure(limit) beyond the greatest table.
  void put(std::string_view key, std::span<const Step> steps);
  void reserve(std::size_t accounts);
  template <class Visit>
  void each(const Visit &visit) const {
    const Slots &slots = *slots_.load(std::memory_order_relaxed);
    for (std::size_t i = 0; i <= slots.mask; ++i)
      if (const std::uint64_t slot = slots.slot[i].load(std::memory_order_relaxed)) visit(record(static_cast<std::uint32_t>(slot))->key());
  }

  // readers
  /// Starts loading what `find` will read first.
  void prefetch(std::uint64_t hash) const noexcept {
    const Slots &slots = *slots_.load(std::memory_order_acquire);
    __builtin_prefetch(&slots.slot[hash & slots.mask]);
  }
  const Record *find(std::uint64_t hash, std::string_view key) const noexcept {
    const Slots &slots = *slots_.load(std::memory_order_acquire);
    for (std::size_t i = hash & slots.mask;; i = (i + 1) & slots.mask) {
      const std::uint64_t slot = slots.slot[i].load(std::memory_order_acquire);
      if (slot == 0) return nullptr;
      if ((slot ^ hash) >> 32 != 0) continue;
      const Record *record = this->record(static_cast<std::uint32_t>(slot));
      if (record->is(key)) return record;
    }
  }
  std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }
  std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

 private:
  /// High half: high half of the hash. Low half: the record's number, 0 for none. Never more than three quarters full.
  struct Slots {
    explicit Slots(std::size_t count) : mask(count - 1), slot(std::make_unique<std::atomic<std::uint64_t>[]>(count)) {}
    std::size_t mask;
    std::unique_ptr<std::atomic<std::uint64_t>[]> slot;
  };
  static constexpr std::size_t unit_bytes = 64;                    ///< a record's number counts these: one cache line
  static constexpr std::size_t slab_bytes = std::size_t{2} << 20;  ///< one huge page of x86-64 and aarch64
  static constexpr std::size_t slab_units = slab_bytes / unit_bytes;
  static constexpr std::size_t slabs_max = 4096;  ///< 8 GiB: 134 million accounts with keys of up to 24 bytes

  const Record *record(std::uint32_t number) const noexcept {
    return reinterpret_cast<const Record *>(slabs_[number / slab_units].load(std::memory_order_acquire) + number % slab_units * unit_bytes);
  }
  std::uint32_t add(std::string_view key);
  void publish(std::uint64_t hash, std::uint32_t number) noexcept;
  void grow(std::size_t slots);
  StepBlock *block(std::span<const Step> middle);
  void recycle(StepBlock *block) noexcept;

  KeyedHash hash_;
  alignas(unit_bytes) std::atomic<const Slots *> slots_;  ///< read by everyone, written on growth only
  std::array<std::atomic<std::byte *>, slabs_max> slabs_{};
  alignas(unit_bytes) std::atomic<std::size_t> size_{0};  ///< from here on the writer's
  std::atomic<std::size_t> bytes_{0};
  std::uint32_t next_unit_ = 1;  ///< number 0 says "none"
  std::vector<std::unique_ptr<Slots>> all_slots_;
  std::deque<StepBlock> blocks_;
  std::array<std::vector<StepBlock *>, 32> free_blocks_;  ///< by log2 of their capacity
};

}  // namespace purser::engine
