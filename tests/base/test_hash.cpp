#include <rapidcheck.h>

#include <string>
#include <utility>

#include "base/hash.hpp"
#include "catch.hpp"

using namespace purser;

TEST_CASE("SHA-256 of the standard's examples") {  // FIPS 180-4, examples
  CHECK(hex(sha256("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(sha256(std::string(1'000'000, 'a'))) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("HMAC-SHA-256 of RFC 4231") {
  const auto hmac = [](const std::string &key, const std::string &data) { return hex(HmacKey(key).sign({data})); };
  CHECK(hmac(std::string(20, '\x0b'), "Hi There") == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(hmac("Jefe", "what do ya want for nothing?") == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hmac(std::string(20, '\xaa'), std::string(50, '\xdd')) == "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  const std::string long_key(131, '\xaa');
  CHECK(hmac(long_key, "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(hmac("", "") == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("a text in pieces hashes like the whole") {
  CHECK(rc::check("pieces", [](const std::string &key, const std::string &a, const std::string &b, const std::string &c) {
    const HmacKey keyed(key);
    RC_ASSERT(keyed.sign({a, b, c}) == HmacKey(key).sign({a + b + c}));
    RC_ASSERT(keyed.sign({a}) == keyed.sign({"", a}));  // signing leaves the key as it was
    Sha256 pieces;
    pieces.add(a);
    pieces.add(b);
    pieces.add(c);
    RC_ASSERT(pieces.finish() == sha256(a + b + c));
  }));
}

TEST_CASE("a moved key signs, and its old place is safe to destroy") {
  HmacKey first("one"), second("two");
  const Digest one = first.sign({"x"}), two = second.sign({"x"});
  HmacKey third(std::move(first));
  CHECK(third.sign({"x"}) == one);
  third = std::move(second);
  CHECK(third.sign({"x"}) == two);
}

TEST_CASE("hex is lower case and keeps every byte") {
  CHECK(hex(std::string_view("\x00\x7f\x80\xff", 4)) == "007f80ff");
  CHECK(hex(std::string_view()).empty());
}

TEST_CASE("constant-time comparison is equality") {
  CHECK(equal_constant_time("", ""));
  CHECK_FALSE(equal_constant_time("a", ""));
  CHECK_FALSE(equal_constant_time("a", "ab"));
  CHECK(rc::check("equality", [](const std::string &a, const std::string &b) {
    RC_ASSERT(equal_constant_time(a, a));
    RC_ASSERT(equal_constant_time(a, b) == (a == b));
  }));
}

TEST_CASE("a wiped secret leaves nothing behind in its memory") {
  std::string secret(40, 's');
  const char *memory = secret.data();
  wipe(secret);
  CHECK(secret.empty());
  CHECK(std::string_view(memory, 40) == std::string_view(std::string(40, '\0')));  // the buffer still belongs to `secret`
}
