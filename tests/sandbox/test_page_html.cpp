// The pieces of the pages: what is typed by others never becomes markup, and money is written as it is.
#include "catch.hpp"
#include "sandbox/page_html.hpp"

using namespace purser;
using namespace purser::sandbox;

TEST_CASE("pages: texts are escaped, also inside attributes") {
  CHECK(html::text("<b>\"Ann\" & 'Söhne'</b>") == "&lt;b&gt;&quot;Ann&quot; &amp; &#39;Söhne&#39;&lt;/b&gt;");
  CHECK(html::button("a\"b", "<", "x > y").find('<') == 0);
  CHECK(html::button("a\"b", "<", "x > y").find("name=\"a&quot;b\" value=\"&lt;\"") != std::string::npos);
  CHECK(html::notice(html::Tone::bad, "<script>").find("<script>") == std::string::npos);
  CHECK(html::notice(html::Tone::bad, "").empty());
}

TEST_CASE("pages: links lead to web addresses only") {
  CHECK(html::web_url("https://app.example.com/x?y=1#z") == "https://app.example.com/x?y=1#z");
  CHECK(html::web_url("http://127.0.0.1:3000") == "http://127.0.0.1:3000");
  for (const auto *url : {"", "javascript:alert(1)", "//evil.example", "/x", "data:text/html,x", "https://a b", "https://a\r\nX: y",
                          "HTTPS://app.example.com"})
    CHECK(html::web_url(url).empty());
  CHECK(html::message("t", "s", "javascript:alert(1)", "go", 200).body.find("javascript") == std::string::npos);
}

TEST_CASE("pages: forms are read as browsers write them") {
  const auto fields = html::fields_of("email=ann%40example.com&name=Ann+M%C3%BCller&empty=&alone&twice=1&twice=2&odd=%zz%4");
  CHECK(html::field(fields, "email") == "ann@example.com");
  CHECK(html::field(fields, "name") == "Ann Müller");
  CHECK(html::field(fields, "empty").empty());
  CHECK(fields.contains("alone"));
  CHECK(html::field(fields, "twice") == "2");
  CHECK(html::field(fields, "odd") == "%zz%4");
  CHECK(html::field(fields, "nothing").empty());
  CHECK(html::fields_of("").empty());
}

TEST_CASE("pages: money") {
  CHECK(html::money(4900, "usd") == "$49.00");
  CHECK(html::money(5, "eur") == "€0.05");
  CHECK(html::money(-1250, "gbp") == "-£12.50");
  CHECK(html::money(500, "jpy") == "¥500");
  CHECK(html::money(12345, "chf") == "123.45 CHF");
  CHECK(html::money(1234, "kwd") == "1.234 KWD");
  CHECK(html::money(0, "usd") == "$0.00");
}

TEST_CASE("pages: prices and dates") {
  const auto price = [](const char *recurring) {
    const auto read = json::parse(std::string(R"({"unit_amount":9900,"currency":"usd","recurring":)") + recurring + "}");
    return html::price(&read.root);
  };
  CHECK(price("null") == "$99.00");
  CHECK(price(R"({"interval":"month","interval_count":1})") == "$99.00 per month");
  CHECK(price(R"({"interval":"month","interval_count":3})") == "$99.00 every 3 months");
  CHECK(html::date(0) == "1 January 1970");
  CHECK(html::date(1'709'164'799) == "28 February 2024");
  CHECK(html::date(1'709'251'199) == "29 February 2024");
}

TEST_CASE("pages: nothing of elsewhere, nothing that runs") {
  const auto page = html::document("Title <x>", "<p>body</p>");
  CHECK(page.body.find("Title &lt;x&gt;") != std::string::npos);
  CHECK(page.body.find("no real money") != std::string::npos);
  CHECK(page.body.find("<script") == std::string::npos);
  CHECK(page.body.find("http") == std::string::npos);
  CHECK(html::style.find("url(") == std::string_view::npos);
  CHECK(html::style.find("@import") == std::string_view::npos);
  CHECK(html::see_other("https://app.example.com/").status == 303);
  CHECK(header(html::see_other("https://app.example.com/").headers, "location") == "https://app.example.com/");
}
