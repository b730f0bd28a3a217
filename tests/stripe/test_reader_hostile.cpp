// Payloads in which any value is of another type than Stripe's: read as not set, never a throw.
#include <iostream>

#include "catch.hpp"
#include "event_payloads.hpp"
#include "random_record.hpp"
#include "stripe/reader.hpp"
#include "stripe_forms.hpp"

using namespace purser;
using namespace purser::test;

namespace {

json::value anything(Random &r) {
  switch (below(r, 10)) {
    case 0: return nullptr;
    case 1: return true;
    case 2: return std::numeric_limits<std::int64_t>::max() - below(r, 3);
    case 3: return std::numeric_limits<std::int64_t>::min() + below(r, 3);
    case 4: return 0.5;
    case 5: return "text";
    case 6: return json::array{json::value(), json::array{1}, "x"};
    case 7: return json::object{{"id", 1}, {"data", "x"}, {"amount", std::numeric_limits<std::int64_t>::max()}};
    case 8: return json::object{{"data", json::array{nullptr, 1, json::object{}}}, {"object", json::object{}}};
    default: return std::uint64_t{18'446'744'073'709'551'615U};
  }
}

/// One value somewhere becomes something else.
void spoil(Random &r, json::value &v) {
  if (json::object *o = v.if_object(); o && !o->empty() && below(r, 6) > 0)
    return spoil(r, (o->begin() + below(r, static_cast<int>(o->size())))->value());
  if (json::array *a = v.if_array(); a && !a->empty() && below(r, 6) > 0)
    return spoil(r, (*a)[static_cast<std::size_t>(below(r, static_cast<int>(a->size())))]);
  v = anything(r);
}

}  // namespace

TEST_CASE("no value of a wrong type throws, and what is read reads back") {
  Random r(3);
  int read = 0, refused = 0;
  for (const Payload &payload : payloads) {
    for (int i = 0; i < 1500; ++i) {
      const json::Parsed parsed = json::parse(i % 2 == 0 ? payload.old_form : payload.new_form);
      json::value object = parsed.root;
      for (int n = 1 + below(r, 4); n > 0; --n) spoil(r, object);
      if (!object.is_object()) continue;
      json::value previous = object;
      spoil(r, previous);
      const json::object before = previous.is_object() ? previous.get_object() : json::object{};
      const std::string type = std::string(payload.noun) + (i % 3 == 0 ? ".deleted" : i % 3 == 1 ? ".updated" : ".failed");
      const auto o = stripe::observe_event(event("evt_1", type, 1, i % 2 == 0 ? old_version : new_version, object.get_object(), before));
      (o ? read : refused) += 1;
      if (!o) continue;
      REQUIRE_FALSE(o->key.id.empty());
      const std::vector<stripe::RecordFact> fact{{1, "evt_1", o->post_record}};
      if (stripe::folding(o->key.type) == stripe::Folding::join) REQUIRE(stripe::join_records(o->key.type, fact).record == o->post_record);
    }
  }
  std::cout << "payloads with values of wrong types: " << read << " read, " << refused << " recorded only\n";
  CHECK(read > 8'000);
}
