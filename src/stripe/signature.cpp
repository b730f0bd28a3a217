#include "stripe/signature.hpp"

#include <algorithm>
#include <limits>

namespace purser::stripe {
namespace {

constexpr std::size_t timestamp_digits_max = 12;  // 11 reach the year 5138; 12 cannot overflow

/// Calls visit(scheme, value) for every `scheme=value`; words without `=` are ignored, like unknown schemes.
template <class Visit>
void for_each_element(std::string_view header, Visit visit) {
  while (!header.empty()) {
    const std::string_view element = header.substr(0, header.find(','));
    header.remove_prefix(std::min(element.size() + 1, header.size()));
    const std::size_t equals = element.find('=');
    if (equals != std::string_view::npos) visit(element.substr(0, equals), element.substr(equals + 1));
  }
}

struct Shape {
  std::size_t elements = 0;
  std::size_t timestamps = 0;
  std::size_t signatures = 0;
  std::string_view timestamp;  // as it stands there: this text was signed
};

Shape shape_of(std::string_view header) {
  Shape shape;
  for_each_element(header, [&](std::string_view scheme, std::string_view value) {
    ++shape.elements;
    if (scheme == "v1") ++shape.signatures;
    if (scheme == "t") {
      ++shape.timestamps;
      shape.timestamp = value;
    }
  });
  return shape;
}

bool all_digits(std::string_view text) {
  return !text.empty() && text.size() <= timestamp_digits_max && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Verdict judge_header(std::string_view header, const Shape &shape) {
  if (header.empty()) return Verdict::header_missing;
  if (shape.elements == 0) return Verdict::header_malformed;
  if (shape.timestamps == 0) return Verdict::timestamp_missing;
  if (shape.timestamps > 1) return Verdict::timestamp_repeated;
  if (!all_digits(shape.timestamp)) return Verdict::timestamp_malformed;
  if (shape.signatures == 0) return Verdict::signature_missing;
  return Verdict::accepted;
}

/// Every v1 against every key, whatever was found before: the time tells nothing about which one fits.
bool any_fits(std::string_view header, std::string_view timestamp, std::string_view body, std::span<const HmacKey> keys) {
  bool fits = false;
  for (const HmacKey &key : keys) {
    const std::string expected = hex(key.sign({timestamp, ".", body}));
    for_each_element(header, [&](std::string_view scheme, std::string_view value) {
      if (scheme == "v1") fits |= equal_constant_time(value, expected);
    });
  }
  return fits;
}

Verdict judge_time(std::string_view timestamp, std::int64_t now_s, std::int64_t tolerance_s) {
  std::int64_t signed_s = 0;
  for (const char digit : timestamp) signed_s = signed_s * 10 + (digit - '0');
  const std::int64_t tolerance = std::max<std::int64_t>(tolerance_s, 0);
  std::int64_t age_s = 0;
  if (__builtin_sub_overflow(now_s, signed_s, &age_s)) age_s = std::numeric_limits<std::int64_t>::min();  // now_s is far below zero
  if (age_s > tolerance) return Verdict::timestamp_too_old;
  if (age_s < -tolerance) return Verdict::timestamp_in_future;
  return Verdict::accepted;
}

}  // namespace

Secrets::Secrets(std::span<const std::string> secrets) {
  keys_.reserve(secrets.size());
  for (const std::string &secret : secrets) {
    const Verdict verdict = judge_secret(secret);
    if (verdict != Verdict::accepted) throw Failure(Status::refused, name(verdict), explain(verdict), "secret");
    keys_.emplace_back(secret);
  }
}

Verdict Secrets::verify(std::string_view header, std::string_view body, std::int64_t now_s, std::int64_t tolerance_s) const {
  if (keys_.empty()) return Verdict::no_secret;
  if (header.size() > header_max_bytes) return Verdict::header_too_large;
  const Shape shape = shape_of(header);
  const Verdict verdict = judge_header(header, shape);
  if (verdict != Verdict::accepted) return verdict;
  if (body.size() > body_max_bytes) return Verdict::body_too_large;
  if (!any_fits(header, shape.timestamp, body, keys_)) return Verdict::signature_mismatch;
  return judge_time(shape.timestamp, now_s, tolerance_s);
}

}  // namespace purser::stripe
