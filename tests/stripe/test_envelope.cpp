#include "stripe/envelope.hpp"

#include <rapidcheck.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <random>

#include "base/json.hpp"
#include "catch.hpp"

using namespace purser;
using stripe::Envelope;
using stripe::read_envelope;
using stripe::Verdict;

namespace {

const std::string snapshot = R"({
  "id": "evt_1OabcDEFghiJKLmno",
  "object": "event",
  "account": "acct_1OabcDEFghi",
  "api_version": "2025-03-31.basil",
  "created": 1700000123,
  "data": {
    "object": {
      "id": "sub_1OabcDEFghiJKLmno",
      "object": "subscription",
      "created": 1, "livemode": false, "type": "not the event's",
      "items": { "object": "list", "data": [ { "id": "si_1", "object": "subscription_item", "price": { "id": "price_1", "object": "price" } } ] },
      "metadata": { "id": "mine", "object": "mine", "note": "caf\u00e9 \ud83d\ude00" }
    },
    "previous_attributes": { "id": "no", "object": "no", "status": "past_due" }
  },
  "livemode": true,
  "pending_webhooks": 1,
  "request": { "id": "req_1", "idempotency_key": null, "object": "no" },
  "type": "customer.subscription.updated"
})";

const std::string thin =
    R"({"id":"evt_test_65abc","object":"v2.core.event","type":"v1.billing.meter.error_report_triggered","livemode":true,
  "created":"2024-09-17T06:20:52.246Z","context":"acct_1","related_object":{"id":"mtr_123","type":"billing.meter","url":"/v1/billing/meters/mtr_123"}})";

Verdict read(std::string_view body, bool require_id = true) {
  Envelope envelope;
  return read_envelope(body, envelope, require_id);
}

Envelope envelope_of(std::string_view body, bool require_id = true) {
  Envelope envelope;
  INFO(body);
  REQUIRE(read_envelope(body, envelope, require_id) == Verdict::accepted);
  return envelope;
}

}  // namespace

TEST_CASE("a snapshot's fields, from their own places only") {
  const Envelope e = envelope_of(snapshot);
  CHECK(e.id == "evt_1OabcDEFghiJKLmno");
  CHECK(e.type == "customer.subscription.updated");
  CHECK(e.object == "event");
  CHECK(e.api_version == "2025-03-31.basil");
  CHECK(e.account == "acct_1OabcDEFghi");
  CHECK(e.has_created);
  CHECK(e.created_s == 1700000123);
  CHECK(e.has_livemode);
  CHECK(e.livemode);
  CHECK_FALSE(e.thin);
  CHECK(e.object_type == "subscription");
  CHECK(e.object_id == "sub_1OabcDEFghiJKLmno");
}

TEST_CASE("a thin event is about its related object") {
  const Envelope e = envelope_of(thin);
  CHECK(e.thin);
  CHECK(e.object == "v2.core.event");
  CHECK(e.type == "v1.billing.meter.error_report_triggered");
  CHECK(e.object_type == "billing.meter");
  CHECK(e.object_id == "mtr_123");
  CHECK(e.has_created);
  CHECK(e.created_s == 1726554052);  // date -d 2024-09-17T06:20:52Z +%s
  CHECK(e.livemode);
}

TEST_CASE("what counts as an event") {
  const auto accepted = Verdict::accepted, refused = Verdict::body_not_an_event;
  const std::vector<std::pair<std::string, Verdict>> table = {
      {R"({"id":"evt_1"})", accepted},
      {R"({"id":"evt_1","object":"event"})", accepted},
      {R"({"id":"evt_1","object":null})", accepted},
      {R"({"id":"evt_1","object":"v2.core.event"})", accepted},
      {R"({"id":"evt_1","object":"v2.core.health.event"})", accepted},
      {R"({"id":"evt_1","object":"event","data":null,"type":7,"created":"x","livemode":"yes","api_version":1,"account":{}})", accepted},
      {R"({"id":"evt_1","data":{"object":"text"}})", accepted},
      {R"({"id":"evt_1","data":[{"object":{"id":"x"}}]})", accepted},
      {R"({"\u0069d":"evt_1","\u006fbject":"\u0065vent"})", accepted},
      {R"({"id":"evt_1","object":"subscription"})", refused},
      {R"({"id":"evt_1","object":"v2.core.event_destination"})", refused},
      {R"({"id":"evt_1","object":"Event"})", refused},
      {R"({"id":"evt_1","object":""})", refused},
      {R"({"id":"evt_1","object":7})", refused},
      {R"({"id":"evt_1","object":true})", refused},
      {R"({"id":"evt_1","object":{"object":"event"}})", refused},
      {R"({"id":"evt_1","object":["event"]})", refused},
      {R"({})", refused},
      {R"({"id":""})", refused},
      {R"({"id":null})", refused},
      {R"({"id":1})", refused},
      {R"({"id":["evt_1"]})", refused},
      {R"({"id":{"id":"evt_1"}})", refused},
      {R"({"ID":"evt_1"})", refused},
      {R"([])", refused},
      {R"([{"id":"evt_1","object":"event"}])", refused},
      {R"("evt_1")", refused},
      {R"(1)", refused},
      {R"(null)", refused},
  };
  for (const auto &[body, verdict] : table) {
    INFO(body);
    CHECK(std::string(stripe::name(read(body))) == stripe::name(verdict));
  }
}

TEST_CASE("without require_id only the id may be missing") {
  for (const char *body : {R"({})", R"({"id":""})", R"({"id":null})", R"({"id":1})", R"({"id":{"id":"evt_1"}})"}) {
    CHECK(envelope_of(body, false).id.empty());
  }
  CHECK(envelope_of(R"({"id":"evt_1"})", false).id == "evt_1");
  CHECK(read(R"({"object":"subscription"})", false) == Verdict::body_not_an_event);
  CHECK(read("[]", false) == Verdict::body_not_an_event);
  CHECK(read("", false) == Verdict::body_empty);
}

TEST_CASE("created is a non-negative integer; a thin event's also RFC 3339") {
  const auto created = [](const std::string &value, const char *object = "event") {
    const Envelope e = envelope_of(R"({"id":"evt_1","created":)" + value + R"(,"object":")" + object + "\"}");
    CHECK((e.has_created || e.created_s == 0));
    return e.has_created ? std::optional(e.created_s) : std::nullopt;
  };
  CHECK(created("0") == 0);
  CHECK(created("1700000000") == 1700000000);
  CHECK(created("9223372036854775807") == 9223372036854775807);
  for (const char *value :
       {"-1", "1.5", "17e8", "1.0", "9223372036854775808", "true", "null", "[1]", "{}", "\"1700000000\"", "\"2024-09-17T06:20:52Z\""}) {
    INFO(value);
    CHECK_FALSE(created(value).has_value());
  }
  const char *const v2 = "v2.core.event";
  CHECK(created("\"2024-09-17T06:20:52Z\"", v2) == 1726554052);
  CHECK(created("\"1970-01-01T00:00:00.999999Z\"", v2) == 0);
  CHECK(created("\"2024-02-29T23:59:59Z\"", v2) == 1709251199);
  CHECK(created("1700000000", v2) == 1700000000);
  for (const char *value : {"\"2023-02-29T00:00:00Z\"", "\"2024-13-01T00:00:00Z\"", "\"2024-01-01T24:00:00Z\"", "\"2024-01-01 00:00:00Z\"",
                            "\"2024-01-01T00:00:00\"", "\"2024-01-01T00:00:00+01:00\"", "\"20-4-01-01T00:00:00Z\"",
                            "\"1969-12-31T23:59:59Z\"", "\"2024-01-01T00:00:00+0Z\"", "\"Z\"", "\"\"", "\"2024-01-01T00:00:-1Z\""}) {
    INFO(value);
    CHECK_FALSE(created(value, v2).has_value());
  }
}

TEST_CASE("hostile bodies") {
  const auto padded = [](std::size_t size) { return R"({"id":"evt_1"})" + std::string(size - 14, ' '); };
  CHECK(read(padded(stripe::body_max_bytes)) == Verdict::accepted);
  CHECK(read(padded(stripe::body_max_bytes + 1)) == Verdict::body_too_large);
  CHECK(read("") == Verdict::body_empty);
  CHECK(read("  ") == Verdict::body_not_json);
  CHECK(read("\xEF\xBB\xBF{\"id\":\"evt_1\"}") == Verdict::body_not_json);
  CHECK(read(R"({"id":"evt_1"}{"id":"evt_2"})") == Verdict::body_not_json);
  CHECK(read(R"({"id":"evt_1",})") == Verdict::body_not_json);
  CHECK(read(R"({"id":"evt_1"} // note)") == Verdict::body_not_json);
  CHECK(read(std::string("{\"id\":\"evt_1\"}\0", 15)) == Verdict::body_not_json);
  CHECK(read("{\"id\":\"evt_\xFF\"}") == Verdict::body_not_json);
  CHECK(read("id=evt_1&object=event") == Verdict::body_not_json);
  CHECK(read(R"({"id":"evt_1","id":"evt_1"})") == Verdict::body_duplicate_key);
  CHECK(read(R"({"id":"evt_1","i\u0064":"evt_2"})") == Verdict::body_duplicate_key);
  CHECK(read(R"({"id":"evt_1","data":{"object":{"metadata":{"a":"1","a":"2"}}}})") == Verdict::body_duplicate_key);
  CHECK(read(R"({"id":"evt_1","x":[[{"a":1,"b":2,"a":1}]]})") == Verdict::body_duplicate_key);
  CHECK(read(R"({"id":1,"id":2})") == Verdict::body_duplicate_key);
  CHECK(read(R"({"id":"evt_1","id":"evt_1")") == Verdict::body_not_json);
  const auto nested = [](std::size_t depth) {  // the event is the first of them
    return R"({"id":"evt_1","x":)" + std::string(depth - 1, '[') + std::string(depth - 1, ']') + "}";
  };
  CHECK(read(nested(32)) == Verdict::accepted);
  CHECK(read(nested(33)) == Verdict::body_too_deep);
  CHECK(read(std::string(stripe::body_max_bytes, '[')) == Verdict::body_too_deep);
}

TEST_CASE("a refused body leaves nothing of an earlier one") {
  Envelope e = envelope_of(snapshot);
  CHECK(read_envelope(R"({"id":7})", e) == Verdict::body_not_an_event);
  CHECK(e.id.empty());
  CHECK(e.type.empty());
  CHECK_FALSE(e.has_created);
  CHECK(e.object_id.empty());
}

TEST_CASE("the envelope says what the tree says, for any texts") {
  CHECK(rc::check("tree", [](const std::string &a, const std::string &b, std::int64_t created, bool livemode) {
    const auto text = [](const std::string &bytes) {  // any code points below U+00FF, as UTF-8
      boost::json::string s;
      for (const char c : bytes) {
        if (static_cast<unsigned char>(c) >= 0x80)
          s += "\xC3\xA9";
        else
          s += c;
      }
      return s;
    };
    const json::value tree = {{"id", "evt_" + std::string(text(a))},
                              {"type", text(b)},
                              {"created", created},
                              {"livemode", livemode},
                              {"data", {{"object", {{"id", text(b)}, {"object", text(a)}, {std::string(text(a)) + "_", {nullptr, 1.5}}}}}}};
    const std::string body = boost::json::serialize(tree);
    Envelope e;
    RC_ASSERT(read_envelope(body, e) == Verdict::accepted);
    RC_ASSERT(e.id == json::as_text(json::find(&tree, "id")));
    RC_ASSERT(e.type == json::as_text(json::find(&tree, "type")));
    RC_ASSERT(e.object_id == text(b));
    RC_ASSERT(e.object_type == text(a));
    RC_ASSERT(e.livemode == livemode);
    RC_ASSERT(e.has_created == (created >= 0));
    RC_ASSERT(e.created_s == std::max<std::int64_t>(created, 0));
  }));
}

TEST_CASE("10,000 mutated events: the envelope and the parser agree, and nothing crashes") {
  std::mt19937 random(1123);
  int accepted = 0, refused = 0;
  for (int i = 0; i < 10'000; ++i) {
    std::string body = i % 4 == 0 ? thin : snapshot;
    for (std::size_t n = random() % 3 + 1; n > 0; --n) {
      const std::size_t at = random() % body.size();
      if (random() % 3 == 0)
        body.erase(at, random() % 8);
      else if (random() % 2 == 0)
        body.insert(at, body.substr(random() % body.size(), random() % 30));
      else
        body[at] = static_cast<char>(random());
    }
    Envelope e;
    const Verdict verdict = read_envelope(body, e, false);
    const json::Parsed parsed = json::parse(body);
    switch (verdict) {
      case Verdict::body_not_json: CHECK(parsed.fault == json::Fault::invalid); break;
      case Verdict::body_duplicate_key: CHECK(parsed.fault == json::Fault::duplicate_key); break;
      case Verdict::body_too_deep: CHECK(parsed.fault == json::Fault::too_deep); break;
      default: CHECK(parsed.fault == json::Fault::none); break;
    }
    if (verdict == Verdict::accepted) {
      ++accepted;
      CHECK(e.id == json::as_text(json::find(&parsed.root, "id")));
      CHECK(e.type == json::as_text(json::find(&parsed.root, "type")));
      CHECK(e.api_version == json::as_text(json::find(&parsed.root, "api_version")));
      const json::value *about =
          e.thin ? json::find(&parsed.root, "related_object") : json::find(json::find(&parsed.root, "data"), "object");
      CHECK(e.object_id == json::as_text(json::find(about, "id")));
    } else {
      ++refused;
      CHECK(e.id.empty());
    }
  }
  CHECK(accepted > 1000);
  CHECK(refused > 1000);
}
