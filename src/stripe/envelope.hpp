// What an event says about itself, before anything else is read from it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "stripe/signature.hpp"

namespace purser::stripe {

/// The fields every event carries. A field of another type than Stripe's counts as not set.
struct Envelope {
  std::string id;
  std::string type;
  std::string object;  ///< event (also where the body has none), v2.core.event
  std::string api_version;
  std::string account;         ///< Connect
  std::int64_t created_s = 0;  ///< thin events carry RFC 3339 text: rounded down to the second
  bool has_created = false;
  bool livemode = false;
  bool has_livemode = false;
  bool thin = false;        ///< a v2 notification: no snapshot
  std::string object_type;  ///< data.object.object, or related_object.type
  std::string object_id;
  std::string object_url;      ///< thin: related_object.url
  std::string context;         ///< thin: where the object is to be fetched, acct_… or org_…/acct_…
  std::string snapshot_event;  ///< thin: the id of the event that carries the snapshot
};
/// One pass, no tree. accepted, or body_*: one strict JSON document (no duplicate keys, nesting <= json::max_depth) that is an object
/// with a string `id` and as `object` nothing, "event" or "v2....event". `out` is reset and only filled when accepted.
/// `require_id` false: receive stores an event without id as quarantined instead of refusing it.
Verdict read_envelope(std::string_view body, Envelope &out, bool require_id = true);

/// What a thin event is about, as Stripe's word for the object and its id: what object_request takes. By the related object's type, with or
/// without `v1.`, else by its url `/v1/customers/cus_1`. nullopt for an event with a snapshot, and for objects that are never fetched.
std::optional<std::pair<std::string, std::string>> fetchable(const Envelope &envelope);

}  // namespace purser::stripe
