#include <rapidcheck.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <limits>

#include "base/json.hpp"
#include "catch.hpp"

using namespace purser;
using json::Fault;

namespace {

std::string canonical(std::string_view text) {
  const auto parsed = json::parse(text);
  REQUIRE(parsed.fault == Fault::none);
  return json::canonical(parsed.root);
}

/// Up to five: rapidcheck's own containers grow to a hundred, and four deep that is a hundred million.
template <class T>
rc::Gen<std::vector<T>> few(const rc::Gen<T> &element) {
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, 6),
                         [element](std::size_t n) { return rc::gen::container<std::vector<T>>(n, element); });
}

/// Any value, a few containers deep. Keys come from a small set of awkward texts, so that nesting repeats them.
rc::Gen<json::value> any_value(int depth) {
  using json::value;
  const auto text =
      rc::gen::elementOf(std::vector<std::string>{"", "id", "\n\"\\/", "\x01", "grüße", "日本", "😀", "a much longer key than eight bytes"});
  const auto scalar = rc::gen::oneOf(
      rc::gen::just(value()), rc::gen::map(rc::gen::arbitrary<bool>(), [](bool b) { return value(b); }),
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t i) { return value(i); }),
      rc::gen::map(rc::gen::inRange<std::int64_t>(-100'000, 100'000), [](std::int64_t i) { return value(static_cast<double>(i) / 64); }),
      rc::gen::map(text, [](const std::string &s) { return value(s); }));
  if (depth == 0) return scalar;
  const auto child = rc::gen::lazy([depth] { return any_value(depth - 1); });
  const auto array = rc::gen::map(few<value>(child), [](const auto &all) { return value(json::array(all.begin(), all.end())); });
  const auto object = rc::gen::map(few<std::pair<std::string, value>>(rc::gen::pair(text, child)), [](const auto &all) {
    json::object o;
    for (const auto &[key, v] : all) o[key] = v;
    return value(o);
  });
  return rc::gen::oneOf(scalar, array, object);
}

}  // namespace

TEST_CASE("parse gives what Boost.JSON gives, and canonical text reads back the same") {
  CHECK(rc::check("round trip", [] {
    const json::value v = *any_value(4);
    const std::string text = boost::json::serialize(v);
    const auto parsed = json::parse(text);
    RC_ASSERT(parsed.fault == Fault::none);
    RC_ASSERT(parsed.root == boost::json::parse(text));
    const std::string canonical = json::canonical(v);
    RC_ASSERT(json::canonical(json::parse(canonical).root) == canonical);
    RC_ASSERT(json::canonical(parsed.root) == canonical);
  }));
}

TEST_CASE("the detail of a fault tells the place, never the content") {
  CHECK(json::parse("{\"secret\":x}").detail == "no strict JSON at byte 10 of 12");
  CHECK(json::parse("\xEF\xBB\xBF{}").detail == "starts with a byte order mark: save it as UTF-8 without one");
  CHECK(json::parse("{\"secret\":1,\"secret\":1}").detail == "one object holds the same key twice");
  CHECK(json::parse(std::string(40, '[')).detail == "nested deeper than 32 at byte 32");
  CHECK(json::parse("{}").detail.empty());
}

TEST_CASE("canonical text: keys by bytes, integers as digits, the shortest decimals") {
  CHECK(canonical(R"( { "b" : [ 1 , 2 ] , "a" : { } , "B" : null , "ä" : true , "ab" : "x" } )") ==
        R"({"B":null,"a":{},"ab":"x","b":[1,2],"ä":true})");
  CHECK(canonical("[5.0, 5, 5e0, 0.5e1, -0.0, -0, 1e3, 1E-2, 0.1, 1.5, 1e21, 1e300]") == "[5,5,5,5,0,0,1000,0.01,0.1,1.5,1e+21,1e+300]");
  CHECK(canonical("[9223372036854775807, 9223372036854775808, 18446744073709551615, -9223372036854775808, 1e19]") ==
        "[9223372036854775807,9223372036854775808,18446744073709551615,-9223372036854775808,10000000000000000000]");
  CHECK(canonical(R"("\u0041\u00e9\/\"\\\b\f\n\r\t\u0000\u001f\ud83d\ude00")") == "\"Aé/\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f😀\"");
  CHECK(json::canonical(json::value(std::numeric_limits<double>::infinity())) == "null");
}

TEST_CASE("equal values give equal text, whatever the order of keys") {
  CHECK(canonical(R"({"a":{"x":1,"y":[{"p":1,"q":2}]},"b":2})") == canonical(R"({"b":2.0,"a":{"y":[{"q":2,"p":1}],"x":1}})"));
  CHECK(canonical(R"({"a":1})") != canonical(R"({"a":"1"})"));
  CHECK(canonical(R"([1,2])") != canonical(R"([2,1])"));
}

TEST_CASE("pruned drops what says `not set`, from the inside out") {
  const auto pruned = [](std::string_view text) { return json::canonical(json::pruned(json::parse(text).root)); };
  CHECK(pruned(R"({"a":null,"b":{},"c":[],"d":{"e":{"f":null}},"g":[[],{},null],"h":0,"i":"","j":false})") ==
        R"({"h":0,"i":"","j":false})");
  CHECK(pruned(R"([1,null,{"a":[]},[2]])") == "[1,[2]]");
  CHECK(pruned("null") == "null");
}

TEST_CASE("reads never throw, whatever the shape") {
  const json::value v = json::parse(R"({"t":"text","i":5,"d":5.0,"h":5.5,"s":"-42","big":18446744073709551615,"huge":1e30,"b":true,
      "id":"cus_1","expanded":{"id":"cus_2","object":"customer"},"a":[1],"n":null,"bad":"4x","plus":"+4","blank":" 4"})")
                            .root;
  const auto at = [&](const char *key) { return json::find(&v, key); };
  CHECK(json::find(nullptr, "x") == nullptr);
  CHECK(json::find(at("t"), "x") == nullptr);
  CHECK(at("absent") == nullptr);
  CHECK(json::as_text(at("t")) == "text");
  CHECK(json::as_text(at("i")).empty());
  CHECK(json::as_integer(at("i")) == 5);
  CHECK(json::as_integer(at("d")) == 5);
  CHECK(json::as_integer(at("s")) == -42);
  for (const char *key : {"h", "big", "huge", "b", "t", "bad", "plus", "blank", "n", "a", "absent"}) {
    INFO(key);
    CHECK_FALSE(json::as_integer(at(key)).has_value());
  }
  CHECK(json::as_bool(at("b")) == true);
  CHECK_FALSE(json::as_bool(at("t")).has_value());
  CHECK(json::as_id(at("id")) == "cus_1");
  CHECK(json::as_id(at("expanded")) == "cus_2");
  CHECK(json::as_id(at("a")).empty());
  CHECK(json::as_id(nullptr).empty());
  CHECK(json::as_object(at("expanded")) != nullptr);
  CHECK(json::as_object(at("a")) == nullptr);
  CHECK(json::as_array(at("a")) != nullptr);
  CHECK(json::as_array(at("n")) == nullptr);
}
