#include "stripe/envelope.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <utility>

#include "base/json_scan.hpp"

namespace purser::stripe {
namespace {

/// The objects whose members matter; all others are only checked.
enum class Place : unsigned char { elsewhere, event, data, snapshot, related, snapshot_event };

enum class Field : unsigned char {
  none,
  id,
  type,
  object,
  api_version,
  account,
  created,
  livemode,
  data,
  related,
  snapshot,
  snapshot_type,
  snapshot_id,
  related_type,
  related_id,
  related_url,
  context,
  snapshot_event,
  count,
};

Field field(Place place, std::string_view key) {
  switch (place) {
    case Place::elsewhere: return Field::none;
    case Place::event:
      if (key == "id") return Field::id;
      if (key == "type") return Field::type;
      if (key == "data") return Field::data;
      if (key == "object") return Field::object;
      if (key == "created") return Field::created;
      if (key == "account") return Field::account;
      if (key == "livemode") return Field::livemode;
      if (key == "api_version") return Field::api_version;
      if (key == "related_object") return Field::related;
      if (key == "context") return Field::context;
      if (key == "snapshot_event") return Field::snapshot_event;
      return Field::none;
    case Place::data: return key == "object" ? Field::snapshot : Field::none;
    case Place::snapshot: return key == "id" ? Field::snapshot_id : key == "object" ? Field::snapshot_type : Field::none;
    case Place::related:
      if (key == "url") return Field::related_url;
      return key == "id" ? Field::related_id : key == "type" ? Field::related_type : Field::none;
    case Place::snapshot_event: return key == "id" ? Field::snapshot_event : Field::none;  // the event itself, where it is not an id
  }
  return Field::none;
}

Place place_of(Field opened) {
  switch (opened) {
    case Field::data: return Place::data;
    case Field::snapshot: return Place::snapshot;
    case Field::related: return Place::related;
    case Field::snapshot_event: return Place::snapshot_event;
    default: return Place::elsewhere;
  }
}

/// Notes where the scanner stands and keeps the few values that matter.
class Reading {
 public:
  void open(bool object) {
    const bool root = depth_ == 0;
    is_object |= root && object;
    object_mistyped |= next_ == Field::object;
    places_[depth_++] = root ? Place::event : place_of(next_);  // keys stand in objects only: an array's place is never asked
    next_ = Field::none;
  }
  void close() {
    --depth_;
    next_ = Field::none;
  }
  void key(std::string_view key) { next_ = field(places_[depth_ - 1], key); }
  void value(const json::Scalar &scalar) {
    if (next_ != Field::none) keep(std::exchange(next_, Field::none), scalar);
  }

  /// Empty where the member is absent or no text.
  std::string text(Field f) const {
    const json::Scalar &scalar = texts_[static_cast<std::size_t>(f)];
    return scalar.escaped ? json::unescape(scalar.raw) : std::string(scalar.raw);
  }

  bool is_object = false;        ///< the document is one
  bool object_mistyped = false;  ///< its member `object` is neither a name nor null
  std::optional<std::int64_t> created_s;
  std::optional<bool> livemode;

 private:
  void keep(Field f, const json::Scalar &scalar) {
    if (scalar.kind == json::Kind::text) texts_[static_cast<std::size_t>(f)] = scalar;
    if (f == Field::object) object_mistyped |= scalar.kind != json::Kind::null && text(f).empty();
    if (f == Field::livemode && scalar.kind == json::Kind::boolean) livemode = scalar.raw == "true";
    if (f == Field::created && scalar.kind == json::Kind::number) created_s = seconds(scalar.raw);
  }
  /// A non-negative integer, as digits.
  static std::optional<std::int64_t> seconds(std::string_view number) {
    std::int64_t s = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), s);
    if (error != std::errc() || end != number.data() + number.size() || s < 0) return {};
    return s;
  }

  std::array<Place, json::max_depth> places_;  // of the objects and arrays that are open
  std::size_t depth_ = 0;
  Field next_ = Field::none;                                                  // what the next value is; none inside arrays
  std::array<json::Scalar, static_cast<std::size_t>(Field::count)> texts_{};  // their raw texts lie in the body
};

Verdict judge(json::Fault fault) {
  switch (fault) {
    case json::Fault::none: return Verdict::accepted;
    case json::Fault::invalid: return Verdict::body_not_json;
    case json::Fault::duplicate_key: return Verdict::body_duplicate_key;
    case json::Fault::too_deep: return Verdict::body_too_deep;
  }
  return Verdict::body_not_json;
}

/// Decimal digits at [at, at + size), as far as the text goes.
std::optional<int> digits(std::string_view text, std::size_t at, std::size_t size) {
  int number = 0;
  const char *first = text.data() + at;
  const auto [end, error] = std::from_chars(first, first + size, number);
  if (error != std::errc() || end != first + size || *first == '-') return {};
  return number;
}

/// 2026-01-31T12:00:00Z or 2026-01-31T12:00:00.123Z: how v2 events print `created`.
std::optional<std::int64_t> unix_seconds(std::string_view text) {
  using namespace std::chrono;
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text.back() != 'Z')
    return {};
  const std::string_view fraction = text.substr(19, text.size() - 20);
  if (!fraction.empty() && (fraction.front() != '.' || fraction.find_first_not_of("0123456789", 1) != std::string_view::npos)) return {};
  const auto y = digits(text, 0, 4), m = digits(text, 5, 2), d = digits(text, 8, 2);
  const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (!y || !m || !d || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return {};
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok() || *y < 1970) return {};
  return sys_days(date).time_since_epoch().count() * std::int64_t{86400} + *hour * 3600 + *minute * 60 + *second;
}

bool is_thin(std::string_view object) { return object.starts_with("v2.") && object.ends_with("event"); }

void fill(Envelope &out, const Reading &read) {
  out.id = read.text(Field::id);
  out.type = read.text(Field::type);
  out.object = read.text(Field::object);
  out.thin = is_thin(out.object);
  if (out.object.empty()) out.object = "event";
  out.api_version = read.text(Field::api_version);
  out.account = read.text(Field::account);
  const auto created_s = out.thin && !read.created_s ? unix_seconds(read.text(Field::created)) : read.created_s;
  out.has_created = created_s.has_value();
  out.created_s = created_s.value_or(0);
  out.has_livemode = read.livemode.has_value();
  out.livemode = read.livemode.value_or(false);
  out.object_type = read.text(out.thin ? Field::related_type : Field::snapshot_type);
  out.object_id = read.text(out.thin ? Field::related_id : Field::snapshot_id);
  if (!out.thin) return;
  out.object_url = read.text(Field::related_url);
  out.context = read.text(Field::context);
  out.snapshot_event = read.text(Field::snapshot_event);
}

}  // namespace

Verdict read_envelope(std::string_view body, Envelope &out, bool require_id) {
  out = {};
  if (body.empty()) return Verdict::body_empty;
  if (body.size() > body_max_bytes) return Verdict::body_too_large;
  Reading reading;
  const Verdict verdict = judge(json::Scanner(body, reading).run());
  if (verdict != Verdict::accepted) return verdict;
  const std::string object = reading.text(Field::object);
  const bool event = object.empty() || object == "event" || is_thin(object);
  if (!reading.is_object || reading.object_mistyped || !event) return Verdict::body_not_an_event;
  if (require_id && reading.text(Field::id).empty()) return Verdict::body_not_an_event;
  fill(out, reading);
  return Verdict::accepted;
}

}  // namespace purser::stripe
