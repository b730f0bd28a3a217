// The first program: a signed subscription event goes in, an access decision comes out. It needs no Stripe account.
//   c++ -std=c++20 first.cpp $(pkg-config --cflags --libs purser libcrypto) && ./a.out ../catalog.json   (OpenSSL only plays Stripe here)
#include <openssl/hmac.h>

#include <ctime>
#include <iostream>
#include <purser.hpp>

const std::string secret = "whsec_of_the_first_program";  // Stripe shows yours beside the webhook endpoint

/// What Stripe sends when acct_42 subscribes. The checkout wrote the account into the metadata.
std::string event(std::time_t now) {
  return R"({"id":"evt_1","object":"event","type":"customer.subscription.created","created":)" + std::to_string(now) +
         R"(,"livemode":false,"data":{"object":{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active",)"
         R"("metadata":{"purser_account":"acct_42"},"items":{"object":"list","data":[{"id":"si_1","quantity":1,"current_period_start":)" +
         std::to_string(now) + R"(,"current_period_end":)" + std::to_string(now + 30 * 86400) +
         R"(,"price":{"id":"price_1","lookup_key":"ultralead_full_month"}}]}}}})";
}

/// Its Stripe-Signature header.
std::string sign(const std::string &body, std::time_t now) {
  const std::string text = std::to_string(now) + "." + body;
  unsigned char mac[32];
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char *>(text.data()), text.size(), mac,
       nullptr);
  std::string header = "t=" + std::to_string(now) + ",v1=";
  for (const unsigned char byte : mac) header.append({"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]});
  return header;
}

int main(int count, char **words) try {
  const auto purser = purser::Purser::open({
      .store = "sqlite::memory:",                        // a file in production: "sqlite:purser.db"
      .catalog = count > 1 ? words[1] : "catalog.json",  // which price buys which tier
      .mode = "test",
      .webhook_secrets = {{secret}},
  });
  std::cout << std::boolalpha << "before: " << purser.check("acct_42", "crm") << "\n";

  // Your webhook route: hand over the raw body and the header, answer with http_status. It never throws.
  const std::time_t now = std::time(nullptr);
  const std::string body = event(now);
  const purser::Receipt receipt = purser.webhook_receive({.body = body, .signature = sign(body, now)});
  std::cout << "delivered: " << purser_outcome_name(receipt.outcome) << ", answer Stripe with " << receipt.http_status << "\n";

  // Your other routes: may this account do this? Decided in memory.
  std::cout << "crm: " << purser.check("acct_42", "crm") << "\n";
  std::cout << "ultralead: " << purser.tier("acct_42", "ultralead").value_or("?") << "\n";
} catch (const purser::Error &error) {
  std::cerr << error.what() << "\n";
  return 1;
}
