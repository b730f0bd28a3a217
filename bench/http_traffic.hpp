// One request and one answer of the size that creating a checkout session has, for everything that is measured on HTTP.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace bench {

inline const std::vector<std::pair<std::string, std::string>> http_headers = {
    {"Authorization", "Bearer sk_test_51H8xYqBenchBenchBenchBenchBench"},
    {"Stripe-Version", "2026-06-24.dahlia"},
    {"Idempotency-Key", "int_0123456789abcdef0123456789abcdef"},
    {"Content-Type", "application/x-www-form-urlencoded"},
};

inline std::string http_form() {
  std::string text = "mode=subscription&line_items[0][price]=price_1&line_items[0][quantity]=1";
  for (int i = 0; i < 12; ++i) text += "&subscription_data[metadata][key_" + std::to_string(i) + "]=value%20" + std::to_string(i);
  return text;
}

inline std::string http_answer() {
  std::string body = R"({"id":"cs_test_1","object":"checkout.session","url":"https://checkout.stripe.com/c/pay/cs_test_1")";
  while (body.size() < 3000) body += R"(,"some_field_of_the_session":"its value")";
  body += "}";
  return "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Tue, 01 Sep 2026 00:50:36 GMT\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) +
         "\r\nConnection: keep-alive\r\nCache-Control: no-cache, no-store\r\nIdempotency-Key: int_0123456789abcdef0123456789abcdef\r\n"
         "Original-Request: req_1\r\nRequest-Id: req_1\r\nStripe-Version: 2026-06-24.dahlia\r\nVary: Origin\r\n\r\n" +
         body;
}

}  // namespace bench
