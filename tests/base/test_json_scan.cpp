#include <boost/json/serialize.hpp>
#include <chrono>
#include <random>

#include "base/json_oracle.hpp"
#include "base/json_scan.hpp"
#include "catch.hpp"

using namespace purser;
using json::Fault;

namespace {

/// Prints back what it is told: a document that the scanner accepts must come out with the same meaning.
struct Printer {
  std::string out;
  std::vector<bool> objects;
  bool after_key = false, first = true;

  void comma() {
    if (!first && !after_key) out += ',';
    first = after_key = false;
  }
  void open(bool object) {
    comma();
    out += object ? '{' : '[';
    objects.push_back(object);
    first = true;
  }
  void close() {
    out += objects.back() ? '}' : ']';
    objects.pop_back();
    first = false;
  }
  void key(std::string_view key) {
    comma();
    out += boost::json::serialize(boost::json::string_view(key)) + ":";
    after_key = true;
  }
  void value(const json::Scalar &scalar) {
    comma();
    if (scalar.kind != json::Kind::text)
      out += scalar.raw;
    else if (scalar.escaped)
      out += boost::json::serialize(boost::json::string(json::unescape(scalar.raw)));
    else
      out += '"' + std::string(scalar.raw) + '"';
  }
};

Fault scan(std::string_view text) {
  Printer printer;
  return json::Scanner(text, printer).run();
}

std::string nested(std::size_t depth, const std::string &open, const std::string &close) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += "1";
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

const std::string event = R"({
  "id": "evt_1OabcDEFghiJKL", "object": "event", "created": 1700000123, "livemode": true, "api_version": null,
  "data": { "object": { "id": "sub_1", "object": "subscription", "items": { "data": [ {"id":"si_1","quantity":1,"n":-1.5e2}, {"id":"si_2"} ] },
      "metadata": { "name": "M\u00fcller \ud83d\ude00 \"x\" \\ \/ \b\f\n\r\t", "grüße": "日本 😀", "": "" }, "big": 18446744073709551615 },
    "previous_attributes": { "status": "past_due", "list": [[], [{}], [null, true, false]] } },
  "type": "customer.subscription.updated"
})";

}  // namespace

TEST_CASE("documents that are refused, and why") {
  const auto none = Fault::none, invalid = Fault::invalid;
  const std::vector<std::pair<std::string, Fault>> table = {
      {"{}", none},
      {" \t\r\n[ ]\n", none},
      {"null", none},
      {"0", none},
      {"-0", none},
      {"\"\"", none},
      {"1.5E+3", none},
      {"0e999999", none},
      {"1e308", none},
      {"1e-999", none},
      {"[1,2]", none},
      {"{\"\":{\"\":1}}", none},
      {"\"\xF4\x8F\xBF\xBF\"", none},
      {"\"\\uDBFF\\uDFFF\\u0000\"", none},
      {"{\"a\":[{\"a\":1},{\"a\":2}]}", none},
      {"", invalid},
      {"  ", invalid},
      {"{", invalid},
      {"[", invalid},
      {"\"", invalid},
      {"{}}", invalid},
      {"{} {}", invalid},
      {"[1,]", invalid},
      {"[,1]", invalid},
      {"[1 2]", invalid},
      {"{\"a\"}", invalid},
      {"{\"a\":}", invalid},
      {"{\"a\":1,}", invalid},
      {"{a:1}", invalid},
      {"{'a':1}", invalid},
      {"{1:1}", invalid},
      {"{\"a\" 1}", invalid},
      {"[}", invalid},
      {"{]", invalid},
      {"01", invalid},
      {"+1", invalid},
      {"-", invalid},
      {".5", invalid},
      {"1.", invalid},
      {"1e", invalid},
      {"1e+", invalid},
      {"0x10", invalid},
      {"--1", invalid},
      {"1.e3", invalid},
      {"NaN", invalid},
      {"Infinity", invalid},
      {"-Infinity", invalid},
      {"1e999", invalid},
      {"-1e309", invalid},
      {"[1e400]", invalid},
      {std::string(400, '9'), invalid},
      {"tru", invalid},
      {"True", invalid},
      {"nulll", invalid},
      {"undefined", invalid},
      {"\"\n\"", invalid},
      {"\"\x01\"", invalid},
      {std::string("\"\0\"", 3), invalid},
      {std::string("{}\0", 3), invalid},
      {"\"\\x41\"", invalid},
      {"\"\\\"", invalid},
      {"\"\\u12\"", invalid},
      {"\"\\u12g4\"", invalid},
      {"\"\\ud800\"", invalid},
      {"\"\\udc00\"", invalid},
      {"\"\\ud800\\u0041\"", invalid},
      {"\"\\ud800x\"", invalid},
      {"// no\n1", invalid},
      {"/* no */1", invalid},
      {"1 // no", invalid},
      {"\xEF\xBB\xBF{}", invalid},
      {"\"\x80\"", invalid},
      {"\"\xC0\xAF\"", invalid},
      {"\"\xC1\x81\"", invalid},
      {"\"\xC3\"", invalid},
      {"\"\xE0\x80\xAF\"", invalid},
      {"\"\xE2\x82\"", invalid},
      {"\"\xED\xA0\x80\"", invalid},
      {"\"\xF0\x80\x80\x80\"", invalid},
      {"\"\xF4\x90\x80\x80\"", invalid},
      {"\"\xF5\x80\x80\x80\"", invalid},
      {"\"\xFF\"", invalid},
      {"\"\xC3", invalid},
      {"{\"\xFF\":1}", invalid},
      {"\xC2\xA0{}", invalid},
      {"\x0B{}", invalid},
      {"{\"a\":1,\"a\":1}", Fault::duplicate_key},
      {"{\"a\":1,\"\\u0061\":2}", Fault::duplicate_key},
      {"{\"\":1,\"\":2}", Fault::duplicate_key},
      {"[[{\"b\":{\"x\":1,\"y\":2,\"x\":{}}}]]", Fault::duplicate_key},
      {"{\"a\":{\"a\":1},\"b\":0,\"a\":2}", Fault::duplicate_key},
      {"{\"a\":1,\"a\":}", invalid},
  };
  for (const auto &[text, fault] : table) {
    INFO(text);
    CHECK(scan(text) == fault);
    CHECK(json::parse(text).fault == fault);
  }
}

TEST_CASE("nesting is allowed up to 32 and refused beyond, however it is made") {
  for (const auto &[open, close] : {std::pair<std::string, std::string>{"[", "]"}, {"{\"a\":", "}"}, {"[{\"k\":", "}]"}}) {
    const std::size_t step = open.size() > 5 ? 2 : 1;
    CHECK(scan(nested(json::max_depth / step, open, close)) == Fault::none);
    CHECK(scan(nested(json::max_depth / step + 1, open, close)) == Fault::too_deep);
  }
  CHECK(scan(std::string(1 << 20, '[')) == Fault::too_deep);
}

TEST_CASE("the visitor is told the document") {
  Printer printer;
  json::Scanner scanner(event, printer);
  REQUIRE(scanner.run() == Fault::none);
  CHECK(boost::json::parse(printer.out) == boost::json::parse(event));
}

TEST_CASE("every key of a large object is compared") {
  for (const std::size_t size : {63u, 64u, 65u, 66u, 1000u}) {
    for (const std::size_t twin : {std::size_t{0}, size / 2, size - 1}) {
      std::string text = "{";
      for (std::size_t i = 0; i < size; ++i) text += "\"key_" + std::to_string(i) + "\":{\"key_" + std::to_string(twin) + "\":0},";
      CHECK(scan(text + "\"last\":0}") == Fault::none);
      CHECK(scan(text + "\"key_" + std::to_string(twin) + "\":0}") == Fault::duplicate_key);
      CHECK(scan(text + "\"key\\u005f" + std::to_string(twin) + "\":0}") == Fault::duplicate_key);
    }
  }
}

TEST_CASE("one MiB of keys costs n log n, not n squared") {
  std::string text = "{";
  int keys = 0;
  while (text.size() < (1 << 20) - 32) text += "\"" + std::to_string(keys++) + "\":0,";
  text += "\"x\":0}";
  REQUIRE(keys > 80'000);
  const auto start = std::chrono::steady_clock::now();
  CHECK(scan(text) == Fault::none);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(2));  // n squared takes minutes
}

TEST_CASE("mutated events: the same verdict as Boost.JSON") {
  std::mt19937 random(20261123);
  const auto below = [&](std::size_t n) { return random() % n; };
  static constexpr std::string_view pieces[] = {
      "\"",  "\\", "{", "}",    "[",         "]",        ",",        ":", "\\u00e9",  "\\ud83d", "0",
      "1e5", "-",  ".", "null", "\"id\":1,", "\xC3\xA9", "\xE2\x82", " ", "\n      ", "true",    "\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["};
  int accepted = 0, duplicates = 0, deep = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = event;
    for (std::size_t n = below(3) + 1; n > 0; --n) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0: text[at] = static_cast<char>(below(256)); break;
        case 1: text.erase(at, below(4) + 1); break;
        case 2: text.insert(at, pieces[below(std::size(pieces))]); break;
        default: text.insert(below(text.size()), text.substr(at, below(40)));
      }
    }
    const Fault ours = scan(text), theirs = test::boost_fault(text);
    if (ours != theirs) FAIL("ours " << static_cast<int>(ours) << ", Boost.JSON " << static_cast<int>(theirs) << "\n" << text);
    accepted += ours == Fault::none;
    duplicates += ours == Fault::duplicate_key;
    deep += ours == Fault::too_deep;
  }
  CHECK(accepted > 1000);
  CHECK(duplicates > 10);
  CHECK(deep > 10);
}

TEST_CASE("random bytes and every truncation are refused, or read, but never crash") {
  std::mt19937 random(7);
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 40, '\0');
    for (char &c : text) c = static_cast<char>(random());
    const std::unique_ptr<char[]> exact(new char[text.size() + 1]);  // its own block: a read beyond it is seen by ASan
    std::copy(text.begin(), text.end(), exact.get());
    CHECK(scan({exact.get(), text.size()}) == test::boost_fault(text));
  }
  for (std::size_t size = 0; size < event.size(); ++size) {
    const std::vector<char> exact(event.begin(), event.begin() + static_cast<std::ptrdiff_t>(size));
    CHECK(scan({exact.data(), exact.size()}) == Fault::invalid);
  }
}
