// Reading one field of a raw Stripe object. Absent, null and a wrong shape all read as "not set".
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "domain/customer.hpp"

namespace purser::stripe {

inline const json::value *field(const json::object &o, std::string_view key) { return o.if_contains(key); }
inline std::string text(const json::object &o, std::string_view key) { return std::string(json::as_text(field(o, key))); }
/// The id of a reference, expanded or not.
inline std::string id(const json::object &o, std::string_view key) { return std::string(json::as_id(field(o, key))); }
inline std::int64_t integer(const json::object &o, std::string_view key) { return json::as_integer(field(o, key)).value_or(0); }
inline bool flag(const json::object &o, std::string_view key) { return json::as_bool(field(o, key)).value_or(false); }
inline const json::object *child(const json::object &o, std::string_view key) { return json::as_object(field(o, key)); }

/// What an item buys: `price` since 2020-08-27; `plan` before, and beside it. Either can be a bare id.
std::string price_id(const json::object &item);
/// A whole JSON value as canonical text; empty when it is not set.
std::string whole(const json::object &o, std::string_view key);
/// `metadata`, key by key. Nothing is cut: the body is at most 1 MiB, and a value that was changed in silence would be a lie.
domain::Metadata metadata(const json::object &o);
/// The one state of every deleted customer: its event carries all fields, a fetch of it is a stub without any.
inline domain::Customer deleted_customer() {
  domain::Customer c;
  c.deleted = true;
  return c;
}
/// The elements of an embedded list `{"object":"list","data":[…]}`, or of a bare array; nullptr when there is neither.
const json::array *list(const json::object &o, std::string_view key);

}  // namespace purser::stripe
