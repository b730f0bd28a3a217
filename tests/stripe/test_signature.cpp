#include "stripe/signature.hpp"

#include <rapidcheck.h>

#include <limits>
#include <set>

#include "catch.hpp"
#include "stripe/envelope.hpp"

using namespace purser;
using stripe::Secrets;
using stripe::Verdict;

namespace {

constexpr std::int64_t signed_at = 1'700'000'000;
const std::string secret = "whsec_5f2b8c1e9a7d4036b1c2d3e4f5a6978812345678";
const std::string rolled = "whsec_Q9w8E7r6T5y4U3i2O1p0A9s8D7f6G5h4J3k2L1z0";
const std::string body = R"({"id":"evt_1","object":"event"})";

std::string v1(std::string_view key, std::string_view payload, std::string_view t = "1700000000") {
  return hex(HmacKey(key).sign({t, ".", payload}));
}

std::string header(std::string_view key = secret, std::string_view payload = body) { return "t=1700000000,v1=" + v1(key, payload); }

Secrets secrets(std::vector<std::string> all = {secret}) { return Secrets(all); }

Verdict verify(const std::string &h, std::string_view payload = body, std::int64_t now_s = signed_at, std::int64_t tolerance_s = 300) {
  return secrets().verify(h, payload, now_s, tolerance_s);
}

/// What the CLI does: secret, signature, body.
Verdict judge(const std::string &key, const std::string &h, const std::string &payload, std::int64_t now_s = signed_at) {
  if (!key.empty() && stripe::judge_secret(key) != Verdict::accepted) return stripe::judge_secret(key);
  const Verdict verdict = (key.empty() ? secrets({}) : secrets({key})).verify(h, payload, now_s, 300);
  stripe::Envelope envelope;
  return verdict == Verdict::accepted ? stripe::read_envelope(payload, envelope) : verdict;
}

std::string upper(std::string text) {
  for (char &c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

TEST_CASE("a known vector: HMAC-SHA256 over `t.body` with the whole secret as key") {
  // printf '1492774577.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test_secret
  const Secrets known = secrets({"whsec_test_secret"});
  const std::string good = "t=1492774577,v1=799c4ba7bb339f3c8601adfd112f0e477c930a268be1243d341abb8286501c2f";
  CHECK(known.verify(good, R"({"id":"evt_1"})", 1492774577, 300) == Verdict::accepted);
  CHECK(known.verify(good, R"({"id":"evt_1"} )", 1492774577, 300) == Verdict::signature_mismatch);
  CHECK(known.verify(good, R"({ "id": "evt_1" })", 1492774577, 300) == Verdict::signature_mismatch);  // parsed and printed again
}

TEST_CASE("every verdict is reached, has a name of its own and says what to do") {
  const std::string deep = std::string(33, '[') + std::string(33, ']');
  const std::string large(stripe::body_max_bytes + 1, ' ');
  const auto signed_body = [](const std::string &payload) { return judge(secret, header(secret, payload), payload); };
  const std::vector<std::pair<Verdict, Verdict>> cases = {
      {Verdict::accepted, judge(secret, header(), body)},
      {Verdict::secret_empty, stripe::judge_secret("")},
      {Verdict::secret_placeholder, judge("PLACEHOLDER_ADD_YOUR_KEY", header(), body)},
      {Verdict::secret_wrong_kind, judge("sk_test_4eC39HqLyjWDarjtT1zdp7dc", header(), body)},
      {Verdict::secret_whitespace, judge(secret + "\n", header(), body)},
      {Verdict::no_secret, judge("", header(), body)},
      {Verdict::header_missing, judge(secret, "", body)},
      {Verdict::header_too_large, judge(secret, header() + std::string(stripe::header_max_bytes, ','), body)},
      {Verdict::header_malformed, judge(secret, "nonsense", body)},
      {Verdict::timestamp_missing, judge(secret, "v1=" + v1(secret, body), body)},
      {Verdict::timestamp_malformed, judge(secret, "t=soon,v1=" + v1(secret, body), body)},
      {Verdict::timestamp_repeated, judge(secret, "t=1700000000," + header(), body)},
      {Verdict::signature_missing, judge(secret, "t=1700000000,v0=" + v1(secret, body), body)},
      {Verdict::signature_mismatch, judge(secret, header(rolled), body)},
      {Verdict::timestamp_too_old, judge(secret, header(), body, signed_at + 301)},
      {Verdict::timestamp_in_future, judge(secret, header(), body, signed_at - 301)},
      {Verdict::body_empty, signed_body("")},
      {Verdict::body_too_large, signed_body(large)},
      {Verdict::body_not_json, signed_body("id=evt_1")},
      {Verdict::body_duplicate_key, signed_body(R"({"id":"evt_1","id":"evt_2"})")},
      {Verdict::body_too_deep, signed_body(deep)},
      {Verdict::body_not_an_event, signed_body(R"({"id":"sub_1","object":"subscription"})")},
  };
  std::set<Verdict> reached;
  std::set<std::string> names, texts;
  for (const auto &[expected, found] : cases) {
    CHECK(std::string(stripe::name(found)) == stripe::name(expected));
    reached.insert(found);
    names.insert(stripe::name(expected));
    texts.insert(stripe::explain(expected));
    CHECK(stripe::explain(expected).find('\n') == std::string::npos);
    CHECK(stripe::explain(expected).size() > 30);
  }
  // The list is closed: one value more has no name. A new verdict makes this fail until it has a case above.
  const auto size = static_cast<std::size_t>(Verdict::body_not_an_event) + 1;
  CHECK(std::string(stripe::name(static_cast<Verdict>(size))) == "unknown");
  CHECK(reached.size() == size);
  CHECK(names.size() == size);
  CHECK(texts.size() == size);
  CHECK(names.count("unknown") == 0);
}

TEST_CASE("the mismatch tells of the most common mistake and its fix") {
  const std::string text = stripe::explain(Verdict::signature_mismatch);
  CHECK(text.find("raw request bytes") != std::string::npos);
  CHECK(text.find("before any JSON parser") != std::string::npos);
}

TEST_CASE("the header in any order, with other schemes and bare words between") {
  const std::string good = v1(secret, body), wrong(64, 'a');
  for (const std::string &h : {
           "v1=" + good + ",t=1700000000",
           "t=1700000000,v0=" + wrong + ",v1=" + good,
           "v0=1,t=1700000000,v2=x,v1=" + good + ",scheme=",
           "t=1700000000,v1=" + wrong + ",v1=" + good,
           "t=1700000000,v1=" + good + ",v1=" + wrong,
           "t=1700000000,v1=,v1=" + good + ",v1",
           "t=1700000000,v1=" + good + ",",
           ",,t=1700000000,,v1=" + good,
           "t=1700000000,extra=a=b=c,=,v1=" + good,
       }) {
    INFO(h);
    CHECK(verify(h) == Verdict::accepted);
  }
}

TEST_CASE("only v1, only lower case, only whole") {
  const std::string good = v1(secret, body);
  CHECK(verify("t=1700000000,v1=" + upper(good)) == Verdict::signature_mismatch);
  CHECK(verify("t=1700000000,v1=" + good.substr(0, 63)) == Verdict::signature_mismatch);
  CHECK(verify("t=1700000000,v1=" + good + "0") == Verdict::signature_mismatch);
  CHECK(verify("t=1700000000,v1=" + good + " ") == Verdict::signature_mismatch);
  CHECK(verify("t=1700000000,v1=") == Verdict::signature_mismatch);
  CHECK(verify("t=1700000000,v1==" + good) == Verdict::signature_mismatch);
  for (const char *scheme : {"v0", "v2", "V1", " v1", "v1 ", "v11", ""}) {
    INFO(scheme);
    CHECK(verify("t=1700000000," + std::string(scheme) + "=" + good) == Verdict::signature_missing);
  }
}

TEST_CASE("t stands there once, in 1 to 12 digits") {
  const auto with = [](const std::string &t) { return verify("t=" + t + ",v1=" + v1(secret, body, t)); };
  for (const char *t : {"", " 1700000000", "1700000000 ", "+1700000000", "-1700000000", "1.7e9", "1700000000.0", "0x6553f100",
                        "1700000000000", "99999999999999999999", "17000000OO", "\xD9\xA1"}) {
    INFO(t);
    CHECK(with(t) == Verdict::timestamp_malformed);
  }
  CHECK(with("01700000000") == Verdict::accepted);  // the text as it stands is what was signed
  CHECK(with("999999999999") == Verdict::timestamp_in_future);
  CHECK(with("0") == Verdict::timestamp_too_old);
  CHECK(verify(header() + ",t=1700000000") == Verdict::timestamp_repeated);
  CHECK(verify(header() + ",t=") == Verdict::timestamp_repeated);
  CHECK(verify("T=1700000000,v1=" + v1(secret, body)) == Verdict::timestamp_missing);
}

TEST_CASE("the tolerance holds both ways, its last second included") {
  for (const std::int64_t tolerance : {300, 1, 0}) {
    INFO(tolerance);
    CHECK(verify(header(), body, signed_at + tolerance, tolerance) == Verdict::accepted);
    CHECK(verify(header(), body, signed_at - tolerance, tolerance) == Verdict::accepted);
    CHECK(verify(header(), body, signed_at + tolerance + 1, tolerance) == Verdict::timestamp_too_old);
    CHECK(verify(header(), body, signed_at - tolerance - 1, tolerance) == Verdict::timestamp_in_future);
  }
}

TEST_CASE("no tolerance and no clock turns the check off") {
  using limits = std::numeric_limits<std::int64_t>;
  CHECK(verify(header(), body, signed_at, -5) == Verdict::accepted);
  CHECK(verify(header(), body, signed_at + 1, -5) == Verdict::timestamp_too_old);
  CHECK(verify(header(), body, signed_at + 1, limits::min()) == Verdict::timestamp_too_old);
  CHECK(verify(header(), body, limits::max(), 300) == Verdict::timestamp_too_old);
  CHECK(verify(header(), body, limits::min(), 300) == Verdict::timestamp_in_future);
  CHECK(verify(header(), body, limits::min(), limits::max()) == Verdict::timestamp_in_future);
}

TEST_CASE("the signature is judged before the time: a stranger learns nothing about the clock") {
  CHECK(verify(header(rolled), body, signed_at + 9999) == Verdict::signature_mismatch);
  CHECK(verify("t=1,v1=" + v1(secret, body)) == Verdict::signature_mismatch);  // another t than the one that was signed
}

TEST_CASE("secrets that roll: any v1 against any secret") {
  const std::string third = "whsec_thirdthirdthirdthirdthird012";
  const Secrets both = secrets({secret, rolled});
  CHECK(both.verify(header(secret), body, signed_at, 300) == Verdict::accepted);
  CHECK(both.verify(header(rolled), body, signed_at, 300) == Verdict::accepted);
  CHECK(both.verify(header(third), body, signed_at, 300) == Verdict::signature_mismatch);
  CHECK(both.verify(header(third) + ",v1=" + v1(rolled, body), body, signed_at, 300) == Verdict::accepted);
  CHECK(both.verify(header(third) + ",v1=" + v1(secret, body) + ",v1=" + v1(rolled, body), body, signed_at, 300) == Verdict::accepted);
  CHECK(secrets({}).empty());
  CHECK(secrets({}).verify(header(""), body, signed_at, 300) == Verdict::no_secret);  // and not the empty key
}

TEST_CASE("limits hold to the byte") {
  const std::string exact = header() + "," + std::string(stripe::header_max_bytes - header().size() - 1, 'x');
  REQUIRE(exact.size() == stripe::header_max_bytes);
  CHECK(verify(exact) == Verdict::accepted);
  CHECK(verify(exact + "x") == Verdict::header_too_large);
  const std::string most(stripe::body_max_bytes, ' ');
  CHECK(verify(header(secret, most), most) == Verdict::accepted);
  CHECK(verify(header(secret, most + " "), most + " ") == Verdict::body_too_large);
  CHECK(verify(header(rolled), most + " ") == Verdict::body_too_large);  // before a byte of it is hashed
}

TEST_CASE("bytes are bytes: NUL, invalid UTF-8 and an empty body are signed like any other") {
  for (const std::string &payload : {std::string("a\0b", 3), std::string("\xff\xfe"), std::string()}) {
    CHECK(verify(header(secret, payload), payload) == Verdict::accepted);
    CHECK(verify(header(secret, payload), payload + '\0') == Verdict::signature_mismatch);
  }
}

TEST_CASE("one flipped bit in header, body or secret is refused") {
  const auto flip = [](std::string text, std::size_t bit) {
    text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8));
    return text;
  };
  const std::string good = header();
  for (std::size_t bit = 0; bit < body.size() * 8; ++bit) CHECK(verify(good, flip(body, bit)) == Verdict::signature_mismatch);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) CHECK(verify(flip(good, bit)) != Verdict::accepted);
  for (std::size_t bit = 0; bit < secret.size() * 8; ++bit) {
    const std::string other = flip(secret, bit);
    if (stripe::judge_secret(other) != Verdict::accepted) continue;  // no longer a secret at all
    CHECK(secrets({other}).verify(good, body, signed_at, 300) == Verdict::signature_mismatch);
  }
}

TEST_CASE("any body that was signed verifies, and any other does not") {
  CHECK(rc::check("signed bodies", [](const std::string &payload, const std::string &other) {
    RC_ASSERT(verify(header(secret, payload), payload) == Verdict::accepted);
    RC_ASSERT((verify(header(secret, payload), other) == Verdict::accepted) == (payload == other));
  }));
  CHECK(rc::check("random headers", [](const std::string &h) { RC_ASSERT(verify(h) != Verdict::accepted); }));
  CHECK(rc::check("headers of its parts", [] {
    const auto parts =
        rc::gen::elementOf(std::vector<std::string>{"t=1700000000", "t=", "v1=", "v1=" + std::string(64, '0'), ",", "=", "v0=1", "t", "1"});
    std::string h;
    for (const auto &part : *rc::gen::container<std::vector<std::string>>(parts)) h += part;
    RC_ASSERT(verify(h) != Verdict::accepted);
  }));
}
