// Outputs and errors: library-owned blocks that purser_free takes back. A hidden header stands before the public struct.
#pragma once
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace purser::capi {

struct BlockHeader {
  std::uint64_t magic;
  void (*destroy)(BlockHeader *) noexcept;  ///< null: static memory, for errors without memory
};
inline constexpr std::uint64_t block_magic = 0x70757273'65720001;  // "purser", 1
inline constexpr std::uint64_t freed_magic = 0x70757273'6572dead;

/// What the host sees is `shown`; the header is found again from its address.
template <class C>
struct Block {
  BlockHeader header;
  C shown;
};
static_assert(sizeof(BlockHeader) == 16);

template <class C>
BlockHeader *header_of(const C *shown) {
  static_assert(std::is_standard_layout_v<Block<C>> && offsetof(Block<C>, shown) == sizeof(BlockHeader));
  return reinterpret_cast<BlockHeader *>(reinterpret_cast<std::uintptr_t>(shown) - sizeof(BlockHeader));
}

void free_block(const void *shown) noexcept;

}  // namespace purser::capi
