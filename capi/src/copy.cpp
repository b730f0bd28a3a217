// The deep copy of an input: one block with the struct in front and what it points to behind it.
#include <algorithm>

#include "src/rules.hpp"

namespace purser::capi {
namespace {

template <class T>
T read(const void *in, std::size_t offset) {
  T value;
  std::memcpy(&value, static_cast<const std::byte *>(in) + offset, sizeof value);
  return value;
}

std::size_t text_size(const Rule &rule, const char *text) { return strnlen(text, rule.max_bytes + 1); }

/// Walks everything that an input points to. `put(bytes, size, alignment)` says where the copy is; without memory it only counts.
class Copier {
 public:
  explicit Copier(std::byte *memory) : memory_(memory) {}
  std::size_t used() const { return used_; }

  void copy(const Shape &shape, const void *in) {
    put(in, shape.size, true);
    for (const Rule &rule : shape.rules) {
      if (rule.kind == Kind::cstr) set(rule.offset, put_text(rule, read<const char *>(in, rule.offset)));
      if (rule.kind == Kind::bytes) copy_bytes(rule, in);
      if (rule.kind == Kind::cstr_list) copy_list(rule, in);
    }
  }

 private:
  std::byte *put(const void *bytes, std::size_t size, bool aligned) {
    if (aligned) used_ = (used_ + alignof(void *) - 1) / alignof(void *) * alignof(void *);
    std::byte *target = memory_ ? memory_ + used_ : nullptr;
    if (target && size > 0) std::memcpy(target, bytes, size);
    used_ += size;
    return target;
  }
  /// Pointer and size members are set through their offsets in the copied struct.
  void set(std::size_t offset, const void *pointer) {
    if (memory_) std::memcpy(memory_ + offset, &pointer, sizeof pointer);
  }
  void set_size(std::size_t offset, std::size_t size) {
    if (memory_) std::memcpy(memory_ + offset, &size, sizeof size);
  }
  const std::byte *put_text(const Rule &rule, const char *text) {
    if (!text) return nullptr;
    const std::byte *target = put(text, text_size(rule, text), false);
    put("", 1, false);
    return target;
  }
  void copy_bytes(const Rule &rule, const void *in) {
    const auto *bytes = read<const void *>(in, rule.offset);
    const std::size_t size = std::min(read<std::size_t>(in, rule.extent_offset), rule.max_bytes + 1);
    set(rule.offset, bytes ? put(bytes, size, false) : nullptr);
    set_size(rule.extent_offset, size);
  }
  void copy_list(const Rule &rule, const void *in) {
    const auto *list = read<const char *const *>(in, rule.offset);
    const auto count = read<std::size_t>(in, rule.extent_offset);
    if (!list) return;
    std::byte *target = put(list, count * sizeof *list, true);
    set(rule.offset, target ? target : memory_);
    for (std::size_t i = 0; i < count; i++) {
      const std::byte *text = put_text(rule, list[i]);
      if (target) std::memcpy(target + i * sizeof text, &text, sizeof text);
    }
  }

  std::byte *memory_;
  std::size_t used_ = 0;
};

}  // namespace

Copied::Copied(const Shape &shape, const void *in) {
  Copier count(nullptr);
  count.copy(shape, in);
  size_ = count.used();
  memory_ = std::make_unique<std::byte[]>(size_);
  Copier(memory_.get()).copy(shape, in);
  secret_ = std::any_of(shape.rules.begin(), shape.rules.end(), [](const Rule &rule) { return rule.flags & secret; });
}

Copied::~Copied() {
  if (secret_) explicit_bzero(memory_.get(), size_);
}

}  // namespace purser::capi
