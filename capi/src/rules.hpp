// The documented bounds of every input, as data: what the guard checks and what purser_submit copies.
#pragma once
#include <purser.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace purser::capi {

enum class Kind : std::uint8_t { cstr, bytes, cstr_list, i32, i64, f64, boolean, enumeration, raw };

enum Flags : unsigned { required = 1, any_bytes = 2, clip = 4, secret = 8 };

struct Rule {
  const char *name;
  Kind kind;
  std::size_t offset;
  std::size_t extent_offset;  ///< of the size or count
  unsigned flags;
  std::size_t max_bytes;
  std::size_t max_count;
  std::int64_t least;
  std::int64_t most;
};
struct Shape {
  const char *name;
  std::size_t size;
  std::size_t first_size;  ///< as first published: hosts may be that old
  std::span<const Rule> rules;
};

template <class C>
inline constexpr std::array<Rule, 0> rules{};
template <class C>
inline constexpr Shape shape{};

#include "generated/shapes.inc"

/// Throws invalid with the parameter at fault unless `in` has an acceptable struct_size; returns how many bytes to take.
std::size_t accepted_size(const Shape &shape, const void *in);
/// Throws invalid or limit with the parameter at fault unless every field keeps its rule. `in` is of full size.
void check_fields(const Shape &shape, const void *in);

/// The input as this library knows it, zero where an older host says nothing. Borrows what it points to.
template <class C>
C accepted(const C *in) {
  const std::size_t size = accepted_size(shape<C>, in);
  C full{};
  std::memcpy(&full, in, size);
  full.struct_size = sizeof(C);
  check_fields(shape<C>, &full);
  return full;
}

/// A deep copy of an accepted input, wiped when it is freed if it may hold a secret.
class Copied {
 public:
  Copied(const Shape &shape, const void *in);
  ~Copied();
  Copied(const Copied &) = delete;
  Copied &operator=(const Copied &) = delete;
  const void *in() const { return memory_.get(); }
  std::size_t bytes() const { return size_; }

 private:
  std::unique_ptr<std::byte[]> memory_;  ///< the struct, its lists, its texts and bytes
  std::size_t size_ = 0;
  bool secret_ = false;
};

}  // namespace purser::capi
