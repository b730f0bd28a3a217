#include <rapidcheck.h>

#include "catch.hpp"
#include "stripe/signature.hpp"

using namespace purser;
using stripe::judge_secret;
using stripe::Verdict;

TEST_CASE("secrets that must not be used, and why") {
  const std::vector<std::pair<Verdict, std::vector<std::string>>> table = {
      {Verdict::secret_empty, {"", " ", "\t\r\n", "     "}},
      {Verdict::secret_whitespace,
       {" whsec_abc123", "whsec_abc123 ", "whsec_abc123\n", "whsec_abc123\r\n", "whsec_abc 123", "\twhsec_abc123",
        std::string("whsec_a\0bc", 10)}},
      {Verdict::secret_placeholder,
       {"PLACEHOLDER_ADD_YOUR_KEY",
        "PLACEHOLDER",
        "placeholder",
        "price_PLACEHOLDER",
        "price_XXXXXXXXXXXXX",
        "whsec_xxx",
        "WHSEC_XXX",
        "whsec_XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX",
        "whsec_aaaaaaaaaaaaaaaa",
        "whsec_000000",
        "whsec_***",
        "whsec_test_xxxx",
        "sk_live_xxx",
        "pk_live_xxx",
        "whsec_",
        "Whsec_",
        "...",
        "whsec_...",
        "whsec_abc...",
        "whsec_\xE2\x80\xA6",
        "<secret>",
        "whsec_<secret>",
        "[secret]",
        "{{secret}}",
        "${STRIPE_WEBHOOK_SECRET}",
        "your-webhook-secret",
        "your_webhook_secret",
        "whsec_your_webhook_secret",
        "whsec_YOUR_SECRET_HERE",
        "whsec_yourSecretGoesHere",
        "your-jwt-secret",
        "your-nextauth-secret-here",
        "your-google-client-id",
        "your_apollo_api_key_here",
        "your_twilio_sid_here",
        "change-me",
        "changeme",
        "CHANGE_ME",
        "whsec_changeme",
        "whsec_change_me_please",
        "replace-me",
        "whsec_replace_with_your_secret",
        "ChangeThisPassword123!",
        "development-secret-change-in-production",
        "your-dev-secret-change-in-production",
        "your-jwt-secret-change-in-production",
        "admin-super-secret-key-change-in-production",
        "default-dev-key-change-in-production-32ch",
        "dev-secret-key",
        "+1XXXXXXXXXX"}},
      {Verdict::secret_wrong_kind,
       {"sk_live_4eC39HqLyjWDarjtT1zdp7dc", "sk_test_4eC39HqLyjWDarjtT1zdp7dc", "rk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "pk_live_4eC39HqLyjWDarjtT1zdp7dc", "price_1OabcDEFghiJKLmno", "prod_OabcDEFghiJ", "cus_OabcDEFghiJ", "sub_1OabcDEFghiJ",
        "we_1OabcDEFghiJKLmno", "acct_1OabcDEFghiJKL", "evt_1OabcDEFghiJKL", "\"whsec_abc123\"", "'whsec_abc123'",
        "https://example.com/webhook", "postgresql://user:pass@host/db", "localhost:3000", "0.0.0.0:3000"}},
  };
  for (const auto &[verdict, all] : table) {
    for (const std::string &text : all) {
      INFO(text);
      CHECK(std::string(stripe::name(judge_secret(text))) == stripe::name(verdict));
    }
  }
}

TEST_CASE("real secrets and those of test suites are accepted") {
  for (const char *text :
       {"whsec_test_secret", "whsec_test", "whsec_abc123", "whsec_secret", "whsec_1", "whsec_Xx1", "whsec_12345", "test_secret",
        "whsec_5f2b8c1e9a7d4036b1c2d3e4f5a6978812345678", "whsec_V2hlcmVUaGVyZUlzQVdpbGw", "6f1ed002ab5595859014ebf0951522d9",
        "4b0Gz/+tq7kA9Zr2mQ1xN8vJc5HdYwEo3uLs6TiPfRg=", "whsec_hereAndThere", "whsec_expoxxdx"}) {
    INFO(text);
    CHECK(judge_secret(text) == Verdict::accepted);
  }
}

TEST_CASE("no rule hits a random secret") {
  static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  CHECK(rc::check("random", [] {
    const auto letter = rc::gen::elementOf(std::string(letters));
    const auto text = *rc::gen::container<std::string>(32, rc::gen::noShrink(letter));
    RC_ASSERT(judge_secret("whsec_" + text) == Verdict::accepted);
    RC_ASSERT(judge_secret(text) == Verdict::accepted);
  }));
}

TEST_CASE("a set of secrets names the reason and never the secret") {
  const std::vector<std::string> mixed = {"whsec_abc123", "PLACEHOLDER_hidden_text"};
  try {
    const stripe::Secrets refused(mixed);
    FAIL("a placeholder was accepted");
  } catch (const Failure &failure) {
    CHECK(failure.error().status == Status::refused);
    CHECK(failure.error().reason == "secret_placeholder");
    CHECK(failure.error().parameter == "secret");
    CHECK(failure.error().message.find("hidden_text") == std::string::npos);
    CHECK_FALSE(failure.error().message.empty());
  }
}
