#include "domain/origin.hpp"

#include "base/error.hpp"
#include "catch.hpp"

using namespace purser;
using domain::exact_origin;
using domain::origin_of;

TEST_CASE("an origin is scheme, host and port, and nothing that a browser reads otherwise") {
  CHECK(origin_of("https://app.example.com/welcome?session={CHECKOUT_SESSION_ID}#x") == "https://app.example.com");
  CHECK(origin_of("HTTPS://App.Example.COM:443") == "https://app.example.com");
  CHECK(origin_of("http://localhost:8080/") == "http://localhost:8080");
  CHECK(origin_of("http://[::1]:80/x") == "http://[::1]");
  CHECK(origin_of("http://127.0.0.1:3000") == "http://127.0.0.1:3000");
  for (const char *bad : {"",
                          "//evil.com",
                          "/welcome",
                          "javascript:alert(1)",
                          "ftp://x.com",
                          "https:/x.com",
                          "https:///x.com",
                          "https://",
                          "https://user@good.com",
                          "https://good.com@evil.com",
                          "https://good.com:pw@evil.com",
                          "https://good.com\\@evil.com",
                          "https://good.com\\.evil.com/",
                          " https://good.com",
                          "https://good.com /",
                          "https://go\tod.com",
                          "https://good.com\n",
                          "https://good.com:",
                          "https://good.com:port",
                          "https://good.com:99999999",
                          "https://good.com:080",
                          "https://.com",
                          "https://a..b",
                          "https://good%2ecom",
                          "https://g\xC3\xB6"
                          "d.com",
                          "https://[::1",
                          "data:text/html,x",
                          "https//x",
                          "http:evil.com"}) {
    INFO(bad);
    CHECK_FALSE(origin_of(bad));
  }
  CHECK_FALSE(origin_of("https://a.com/" + std::string(3000, 'a')));
  CHECK(exact_origin("https://app.example.com") == "https://app.example.com");
  CHECK_FALSE(exact_origin("https://app.example.com/"));
  CHECK_FALSE(exact_origin("https://app.example.com?x"));
  CHECK_FALSE(exact_origin("*"));
}

TEST_CASE("only an exact origin is allowed") {
  const std::vector<std::string> allowed = {"https://good.com", "http://localhost:3000"};
  CHECK_NOTHROW(domain::require_allowed("https://good.com/a", allowed, "success_url"));
  CHECK_NOTHROW(domain::require_allowed("http://localhost:3000/a", allowed, "success_url"));
  const auto reason = [&](const char *url, const std::vector<std::string> &list) {
    try {
      domain::require_allowed(url, list, "success_url");
    } catch (const Failure &failure) {
      CHECK(failure.error().parameter == "success_url");
      return failure.error().reason;
    }
    return std::string("allowed");
  };
  CHECK(reason("https://good.com.evil.com", allowed) == "origin_not_allowed");
  CHECK(reason("https://evil.com/https://good.com", allowed) == "origin_not_allowed");
  CHECK(reason("https://evilgood.com", allowed) == "origin_not_allowed");
  CHECK(reason("http://good.com", allowed) == "origin_not_allowed");
  CHECK(reason("https://good.com:8443", allowed) == "origin_not_allowed");
  CHECK(reason("http://localhost:3001", allowed) == "origin_not_allowed");
  CHECK(reason("//evil", allowed) == "url_invalid");
  CHECK(reason("javascript:alert(1)", allowed) == "url_invalid");
  CHECK(reason("https://good.com", {}) == "origin_not_allowed");
}

TEST_CASE("loopback is loopback") {
  for (const char *yes : {"http://127.0.0.1", "http://localhost:80", "http://[::1]:4000"}) CHECK(domain::loopback(yes));
  for (const char *no :
       {"https://127.0.0.1", "http://127.0.0.1.evil.com", "http://localhost.evil.com", "http://10.0.0.1", "http://example.com"})
    CHECK_FALSE(domain::loopback(no));
}
