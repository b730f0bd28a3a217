// The same state in different API versions is the same record, and so the same vertex of the fold.
#include <iostream>

#include "catch.hpp"
#include "stripe/reader.hpp"
#include "stripe_forms.hpp"

using namespace purser;
using namespace purser::test;

namespace {

domain::Subscription read(std::string_view text) {
  const json::Parsed parsed = json::parse(text);
  REQUIRE(parsed.fault == json::Fault::none);
  return stripe::read_subscription(parsed.root.as_object());
}
std::string record(std::string_view text) { return stripe::record(read(text)); }

}  // namespace

TEST_CASE("one state, five API versions, one record") {
  const std::string expected =
      R"({"cancel_at":1705000000,"collection_method":"charge_automatically","customer":"cus_1","default_payment_method":"pm_1",)"
      R"("discounts":["di_1"],"items":[{"current_period_end":1702592000,"current_period_start":1700000000,"id":"si_1","price":"price_1",)"
      R"("quantity":2}],"latest_invoice":"in_1","metadata":{"plan":"pro"},"pause_collection":"{\"behavior\":\"void\"}",)"
      R"("status":"active"})";
  const std::string body =
      R"("id":"sub_1","object":"subscription","status":"active","cancel_at":1705000000,"latest_invoice":"in_1","metadata":{"plan":"pro"},)";
  CHECK(record("{" + body + R"("customer":"cus_1","billing":"charge_automatically","current_period_start":1700000000,
    "current_period_end":1702592000,"default_payment_method":"pm_1","pause_collection":{"behavior":"void"},
    "discount":{"id":"di_1","object":"discount","coupon":{"id":"TEN"}},
    "items":{"object":"list","data":[{"id":"si_1","plan":{"id":"price_1","interval":"month"},"quantity":2}]}})") == expected);
  CHECK(record("{" + body + R"("customer":"cus_1","collection_method":"charge_automatically","current_period_start":1700000000,
    "current_period_end":1702592000,"default_payment_method":"pm_1","pause_collection":{"behavior":"void","resumes_at":null},
    "discount":{"id":"di_1","object":"discount"},"plan":{"id":"price_1"},"quantity":2,
    "items":{"object":"list","data":[{"id":"si_1","plan":{"id":"price_1"},"price":{"id":"price_1","lookup_key":null},"quantity":2}]}})") ==
        expected);
  CHECK(record("{" + body + R"("customer":{"id":"cus_1","object":"customer"},"collection_method":"charge_automatically",
    "default_payment_method":{"id":"pm_1","card":{}},"pause_collection":{"behavior":"void","resumes_at":null},"discount":null,
    "discounts":["di_1"],"items":{"object":"list","data":[{"id":"si_1","price":{"id":"price_1"},"quantity":2,
      "current_period_start":1700000000,"current_period_end":1702592000}]}})") == expected);
  CHECK(record("{" + body + R"("customer":"cus_1","collection_method":"charge_automatically","default_payment_method":"pm_1",
    "pause_collection":{"resumes_at":null,"behavior":"void"},"discounts":[{"id":"di_1","source":{"coupon":"TEN"}}],
    "items":{"data":[{"id":"si_1","price":"price_1","quantity":"2","current_period_start":1700000000,"current_period_end":1702592000}]}})") ==
        expected);
  CHECK(
      record("{" + body + R"("customer":"cus_1","collection_method":"charge_automatically","default_payment_method":"pm_1","schedule":null,
    "pause_collection":{"behavior":"void"},"discount":{"id":"di_1"},"discounts":["di_1"],"pending_update":null,"trial_settings":{},
    "something_of_2031":{"new":[1,2]},"items":{"data":[{"id":"si_1","price":"price_1","quantity":2.0,"current_period_start":1700000000,
      "current_period_end":1702592000,"metadata":{}}]}})") == expected);
}

TEST_CASE("20,000 generated changes rendered in both forms: pre and post agree, and pre is the post before") {
  std::mt19937 r(42);
  int events = 0, with_change = 0;
  for (int history = 0; history < 2000; ++history) {
    Truth before;
    for (int i = 0; i < 10; ++i) {
      const Truth after = changed(r, before, 1'700'000'000 + i);
      std::optional<stripe::Observation> seen[2];
      std::string record_before[2];
      for (const bool modern : {false, true}) {
        const json::object a = render(before, modern), b = render(after, modern);
        const char *version = modern ? new_version : old_version;
        seen[modern] = stripe::observe_event(event("evt_1", "customer.subscription.updated", 1, version, b, previous_attributes(a, b)));
        record_before[modern] = stripe::record(stripe::read_subscription(a));
        REQUIRE(seen[modern]);
        REQUIRE(seen[modern]->event.has_pre);
        REQUIRE(seen[modern]->event.pre == sha256(record_before[modern]));
      }
      REQUIRE(seen[0]->post_record == seen[1]->post_record);
      REQUIRE(seen[0]->event.post == seen[1]->event.post);
      REQUIRE(seen[0]->event.pre == seen[1]->event.pre);
      ++events;
      with_change += seen[0]->event.pre != seen[0]->event.post ? 1 : 0;
      before = after;
    }
  }
  std::cout << "two renderings of one event: " << events << " events, " << with_change << " with a change, 0 mismatches\n";
  CHECK(with_change > events / 2);
}
