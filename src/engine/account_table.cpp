#include "engine/account_table.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>
#include <thread>

#include "base/error.hpp"

namespace purser::engine {
namespace {

constexpr std::size_t first_slots = 1024;

/// Fewer TLB misses for a large table; where the system refuses, all works the same. Not for the first slab: a small table stays small.
void ask_for_huge_pages([[maybe_unused]] void *memory, [[maybe_unused]] std::size_t bytes) noexcept {
#ifdef MADV_HUGEPAGE
  madvise(memory, bytes, MADV_HUGEPAGE);
#endif
}

std::size_t units_of(std::string_view key, std::size_t unit_bytes) { return (sizeof(Record) + key.size() + unit_bytes - 1) / unit_bytes; }

}  // namespace

// steps -----------------------------------------------------------------------------------------------------------

void StepBlock::fill(std::span<const Step> steps) noexcept {
  count_.store(static_cast<std::uint32_t>(steps.size()), std::memory_order_release);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    steps_[i].until_ms.store(steps[i].until_ms, std::memory_order_release);
    steps_[i].held.store(steps[i].held, std::memory_order_release);
  }
}

/// A block that is being filled anew gives nonsense, never a bad access; the record's sequence number then says so.
Step StepBlock::at(TimeMs now, const Compiled *after) const noexcept {
  const std::size_t count = std::min<std::size_t>(count_.load(std::memory_order_acquire), steps_.size());
  for (std::size_t i = 0; i < count; ++i) {
    const TimeMs until_ms = steps_[i].until_ms.load(std::memory_order_acquire);
    if (now < until_ms) return {until_ms, steps_[i].held.load(std::memory_order_acquire)};
  }
  return {forever_ms, after};
}

// records ---------------------------------------------------------------------------------------------------------

Record::Record(std::string_view key) noexcept : key_size_(static_cast<std::uint32_t>(key.size())) {
  std::memcpy(static_cast<void *>(this + 1), key.data(), key.size());
}

Step Record::later(TimeMs now) const noexcept {
  const Compiled *after = after_.load(std::memory_order_acquire);
  const StepBlock *more = more_.load(std::memory_order_acquire);
  return more ? more->at(now, after) : Step{forever_ms, after};
}

/// The writer is inside a handful of stores, or was put to sleep there.
void Record::wait() noexcept { std::this_thread::yield(); }

StepBlock *Record::write(std::span<const Step> steps, StepBlock *middle) noexcept {
  const std::uint32_t before = sequence_.load(std::memory_order_relaxed);
  StepBlock *unused = more_.load(std::memory_order_relaxed);
  sequence_.store(before + 1, std::memory_order_relaxed);
  until_ms_.store(steps.front().until_ms, std::memory_order_release);
  now_.store(steps.front().held, std::memory_order_release);
  after_.store(steps.back().held, std::memory_order_release);
  more_.store(middle, std::memory_order_release);
  sequence_.store(before + 2, std::memory_order_release);
  return unused;
}

// the table -------------------------------------------------------------------------------------------------------

AccountTable::AccountTable(const KeyedHash &hash) : hash_(hash) {
  grow(first_slots);
  bytes_ += sizeof *this;
}

AccountTable::~AccountTable() {
  for (std::atomic<std::byte *> &slab : slabs_) std::free(slab.load(std::memory_order_relaxed));
}

void AccountTable::put(std::string_view key, std::span<const Step> steps) {
  const std::uint64_t hash = hash_(key);
  StepBlock *middle = steps.size() > 2 ? block(steps.subspan(1, steps.size() - 2)) : nullptr;
  if (const Record *known = find(hash, key)) {
    recycle(const_cast<Record *>(known)->write(steps, middle));
    return;
  }
  const std::size_t slots = slots_.load(std::memory_order_relaxed)->mask + 1;
  if ((size() + 1) * 4 > slots * 3) grow(slots * 2);
  const std::uint32_t number = add(key);
  const_cast<Record *>(record(number))->write(steps, middle);
  publish(hash, number);
  size_.fetch_add(1, std::memory_order_relaxed);
}

void AccountTable::reserve(std::size_t accounts) {
  const std::size_t slots = std::bit_ceil(accounts + accounts / 3 + 1);
  if (slots > slots_.load(std::memory_order_relaxed)->mask + 1) grow(slots);
}

/// A record no reader can reach yet. It never crosses the end of its slab.
std::uint32_t AccountTable::add(std::string_view key) {
  const std::size_t units = units_of(key, unit_bytes);
  std::size_t first = next_unit_;
  if (first % slab_units + units > slab_units) first = (first / slab_units + 1) * slab_units;
  const std::size_t slab = first / slab_units;
  if (key.size() > key_max_bytes || slab >= slabs_max)
    throw Failure(Status::limit, "resident_accounts",
                  "expected at most 8 GiB of resident accounts with ids of at most 1,024 bytes; lower resident_accounts_max");
  if (!slabs_[slab].load(std::memory_order_relaxed)) {
    void *memory = std::aligned_alloc(slab_bytes, slab_bytes);
    if (!memory) throw std::bad_alloc();
    if (slab > 0) ask_for_huge_pages(memory, slab_bytes);
    slabs_[slab].store(static_cast<std::byte *>(memory), std::memory_order_release);
    bytes_ += slab_bytes;
  }
  next_unit_ = static_cast<std::uint32_t>(first + units);
  new (slabs_[slab].load(std::memory_order_relaxed) + first % slab_units * unit_bytes) Record(key);
  return static_cast<std::uint32_t>(first);
}

/// From here on readers find it: the store releases the whole record.
void AccountTable::publish(std::uint64_t hash, std::uint32_t number) noexcept {
  const Slots &slots = *slots_.load(std::memory_order_relaxed);
  std::size_t i = hash & slots.mask;
  while (slots.slot[i].load(std::memory_order_relaxed) != 0) i = (i + 1) & slots.mask;
  slots.slot[i].store(hash >> 32 << 32 | number, std::memory_order_release);
}

/// Readers keep the array they hold: it stays, and misses only accounts put after they took it. All old arrays together are smaller than
/// the present one.
void AccountTable::grow(std::size_t count) {
  auto made = std::make_unique<Slots>(count);
  const Slots *old = slots_.load(std::memory_order_relaxed);
  for (std::size_t i = 0; old && i <= old->mask; ++i) {
    const std::uint64_t slot = old->slot[i].load(std::memory_order_relaxed);
    if (slot == 0) continue;
    std::size_t to = hash_(record(static_cast<std::uint32_t>(slot))->key()) & made->mask;
    while (made->slot[to].load(std::memory_order_relaxed) != 0) to = (to + 1) & made->mask;
    made->slot[to].store(slot, std::memory_order_relaxed);
  }
  bytes_ += sizeof *made + count * sizeof(std::uint64_t);
  slots_.store(made.get(), std::memory_order_release);
  all_slots_.push_back(std::move(made));
}

/// A block that no record refers to. Readers that still look at it belong to a record that was written since, and will read again.
StepBlock *AccountTable::block(std::span<const Step> middle) {
  const std::size_t capacity = std::bit_ceil(middle.size());
  std::vector<StepBlock *> &unused = free_blocks_[static_cast<std::size_t>(std::countr_zero(capacity))];
  StepBlock *taken = nullptr;
  if (unused.empty()) {
    taken = &blocks_.emplace_back(capacity);
    unused.reserve(blocks_.size());  // so that recycling cannot fail
    bytes_ += taken->bytes();
  } else {
    taken = unused.back();
    unused.pop_back();
  }
  taken->fill(middle);
  return taken;
}

void AccountTable::recycle(StepBlock *block) noexcept {
  if (block) free_blocks_[static_cast<std::size_t>(std::countr_zero(block->capacity()))].push_back(block);
}

}  // namespace purser::engine
