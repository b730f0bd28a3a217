#include "src/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace purser::capi {
namespace {

struct Lead {
  std::size_t more = 0;  ///< continuation bytes
  std::uint32_t bits = 0;
  std::uint32_t least = 0;  ///< a smaller code point would be overlong
};

bool read_lead(unsigned char byte, Lead &lead) {
  if (byte < 0x80)
    lead = {0, byte, 0};
  else if ((byte & 0xE0U) == 0xC0)
    lead = {1, byte & 0x1FU, 0x80};
  else if ((byte & 0xF0U) == 0xE0)
    lead = {2, byte & 0x0FU, 0x800};
  else if ((byte & 0xF8U) == 0xF0)
    lead = {3, byte & 0x07U, 0x10000};
  else
    return false;
  return true;
}

}  // namespace

bool valid_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    Lead lead;
    if (!read_lead(static_cast<unsigned char>(text[i++]), lead) || text.size() - i < lead.more) return false;
    std::uint32_t point = lead.bits;
    for (std::size_t n = 0; n < lead.more; n++) {
      const auto byte = static_cast<unsigned char>(text[i++]);
      if ((byte & 0xC0U) != 0x80) return false;
      point = point << 6 | (byte & 0x3FU);
    }
    if (point < lead.least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return false;
  }
  return true;
}

}  // namespace purser::capi
