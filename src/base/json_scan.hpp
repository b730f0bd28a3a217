// Strict JSON read once, from front to back, without a tree: RFC 8259, UTF-8 checked, no duplicate keys, nesting <= max_depth, no
// number that a double cannot hold. The one definition of "strict": json::parse and the event reader both stand on it.
#pragma once
#include <bit>
#include <cstddef>
#include <string>
#include <string_view>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/json.hpp"
#include "base/json_keys.hpp"

namespace purser::json {

enum class Kind : unsigned char { null, boolean, number, text };

/// A value that holds no others. `raw` is its text in the document: of a text what stands between the quotes.
struct Scalar {
  Kind kind = Kind::null;
  bool escaped = false;  ///< a text whose content is unescape(raw)
  std::string_view raw;
};

/// The content of a text that the scanner has accepted.
std::string unescape(std::string_view raw);

namespace detail {
/// After a backslash: the end of the escape (a surrogate pair is one), or nullptr. A lone surrogate is none.
const char *skip_escape(const char *p, const char *end);
/// At a byte >= 0x80: the end of its character, or nullptr where it is no UTF-8.
const char *skip_utf8(const char *p, const char *end);
/// True for 1e999. `number` has the shape of one.
bool beyond_double(std::string_view number);

inline constexpr int block = 32;
inline bool is_plain(char c) { return static_cast<signed char>(c) >= 0x20 && c != '"' && c != '\\'; }  // ASCII that needs no escape

// plain_bytes: how many of the `block` bytes at p are plain, up to the first that is not. blank_bytes: the same of blanks.
#ifdef __SSE2__
inline int plain_bytes(const char *p) {
  const auto marks = [](const char *at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
    const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const __m128i outside = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));  // signed: bytes >= 0x80 too
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), outside)));
  };
  return std::countr_zero(marks(p) | marks(p + 16) << 16);
}
inline int blank_bytes(const char *p) {
  const auto marks = [](const char *at) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(at));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '))));
  };
  return std::countr_one(marks(p) | marks(p + 16) << 16);
}
#else
inline int plain_bytes(const char *p) {
  int count = 0;
  while (count < block && is_plain(p[count])) ++count;
  return count;
}
inline int blank_bytes(const char *p) {
  int count = 0;
  while (count < block && p[count] == ' ') ++count;
  return count;
}
#endif

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
}  // namespace detail

/// Visitor: void open(bool object); void close(); void key(std::string_view); void value(const Scalar &). A key's text lives until
/// the scanner is asked again, or as long as the document where it has no escapes.
template <class Visitor>
class Scanner {
 public:
  Scanner(std::string_view document, Visitor &visitor)
      : begin_(document.data()), end_(begin_ + document.size()), keys_(document), visitor_(visitor) {}

  Fault run() {
    const char *at = value(skip_space(begin_), 0);
    if (!at) return fault_;
    at = skip_space(at);
    if (at != end_) return fail(at), fault_;
    return keys_.duplicate() ? Fault::duplicate_key : Fault::none;
  }
  /// Where the fault was found, in bytes; not for duplicate_key.
  std::size_t position() const { return static_cast<std::size_t>(fault_at_ - begin_); }

 private:
  // Each reader takes where it starts and returns where it ends; nullptr after fail(). The place stays in a register that way,
  // which halves the time.
  const char *fail(const char *at, Fault fault = Fault::invalid) {
    fault_at_ = at;
    fault_ = fault;
    return nullptr;
  }
  bool is(const char *at, char c) const { return at != end_ && *at == c; }

  const char *skip_space(const char *at) const {
    if (at == end_ || static_cast<unsigned char>(*at) > ' ') return at;
    if (*at == '\n') {  // Stripe indents: a run of blanks
      ++at;
      while (end_ - at >= detail::block) {
        const int blanks = detail::blank_bytes(at);
        at += blanks;
        if (blanks < detail::block) break;
      }
    }
    while (at != end_ && detail::is_space(*at)) ++at;
    return at;
  }

  const char *value(const char *at, std::size_t depth) {
    switch (at != end_ ? *at : '\0') {
      case '{': return depth < max_depth ? object(at, depth) : fail(at, Fault::too_deep);
      case '[': return depth < max_depth ? array(at, depth) : fail(at, Fault::too_deep);
      case '"': return text(at);
      case 't': return literal(at, "true", Kind::boolean);
      case 'f': return literal(at, "false", Kind::boolean);
      case 'n': return literal(at, "null", Kind::null);
      default: return number(at);
    }
  }

  const char *object(const char *at, std::size_t depth) {
    visitor_.open(true);
    KeyCheck::Object keys = keys_.open();
    at = skip_space(at + 1);
    if (!is(at, '}')) {
      for (;;) {
        if (!is(at, '"')) return fail(at);
        bool escaped = false;
        const char *const last = text_end(at + 1, escaped);
        if (!last) return nullptr;
        const std::string_view raw(at + 1, last);
        visitor_.key(escaped ? keys_.add(keys, unescape(raw)) : keys_.add(keys, raw));
        at = skip_space(last + 1);
        if (!is(at, ':')) return fail(at);
        at = value(skip_space(at + 1), depth + 1);
        if (!at) return nullptr;
        at = skip_space(at);
        if (!is(at, ',')) break;
        at = skip_space(at + 1);
      }
      if (!is(at, '}')) return fail(at);
    }
    keys_.close(keys);
    visitor_.close();
    return at + 1;
  }

  const char *array(const char *at, std::size_t depth) {
    visitor_.open(false);
    at = skip_space(at + 1);
    if (!is(at, ']')) {
      for (;;) {
        at = value(at, depth + 1);
        if (!at) return nullptr;
        at = skip_space(at);
        if (!is(at, ',')) break;
        at = skip_space(at + 1);
      }
      if (!is(at, ']')) return fail(at);
    }
    visitor_.close();
    return at + 1;
  }

  const char *text(const char *at) {
    bool escaped = false;
    const char *const last = text_end(at + 1, escaped);
    if (!last) return nullptr;
    visitor_.value({Kind::text, escaped, {at + 1, last}});
    return last + 1;
  }
  /// The closing quote of the text that starts at `at`.
  const char *text_end(const char *at, bool &escaped) {
    for (;;) {
      at = skip_plain(at);
      if (at == end_) return fail(at);
      if (*at == '"') return at;
      const bool escape = *at == '\\';
      escaped |= escape;
      const char *const next = escape ? detail::skip_escape(at + 1, end_) : detail::skip_utf8(at, end_);
      if (!next) return fail(at);
      at = next;
    }
  }
  const char *skip_plain(const char *at) const {
    while (end_ - at >= detail::block) {
      const int plain = detail::plain_bytes(at);
      at += plain;
      if (plain < detail::block) return at;
    }
    while (at != end_ && detail::is_plain(*at)) ++at;
    return at;
  }

  const char *literal(const char *at, std::string_view word, Kind kind) {
    const std::string_view raw = std::string_view(at, end_).substr(0, word.size());
    if (raw != word) return fail(at);
    visitor_.value({kind, false, raw});
    return at + word.size();
  }

  const char *number(const char *const first) {
    const char *at = first;
    if (is(at, '-')) ++at;
    const char *const whole = is(at, '0') ? at + 1 : digits(at);
    if (!whole) return nullptr;
    at = whole;
    if (is(at, '.')) at = digits(at + 1);
    if (at && (is(at, 'e') || is(at, 'E'))) at = digits(is(at + 1, '+') || is(at + 1, '-') ? at + 2 : at + 1);
    if (!at) return nullptr;
    const std::string_view raw(first, at);
    if ((at != whole || raw.size() > 300) && detail::beyond_double(raw)) return fail(first);
    visitor_.value({Kind::number, false, raw});
    return at;
  }
  const char *digits(const char *const first) {
    const char *at = first;
    while (at != end_ && detail::is_digit(*at)) ++at;
    return at != first ? at : fail(at);
  }

  const char *begin_;
  const char *end_;
  KeyCheck keys_;
  Visitor &visitor_;
  Fault fault_ = Fault::none;
  const char *fault_at_ = begin_;
};

}  // namespace purser::json
