#include "sandbox/page_html.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace purser::sandbox::html {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view raw) {
  std::string out;
  for (std::size_t i = 0; i < raw.size(); i++) {
    const bool escape = raw[i] == '%' && i + 2 < raw.size() && digit_of(raw[i + 1]) >= 0 && digit_of(raw[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(digit_of(raw[i + 1]) * 16 + digit_of(raw[i + 2]));
      i += 2;
    } else {
      out += raw[i] == '+' ? ' ' : raw[i];
    }
  }
  return out;
}

// Digits after the point (docs.stripe.com/currencies).
std::size_t digits_of(std::string_view currency) {
  static constexpr std::array<std::string_view, 16> none = {"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
                                                            "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"};
  static constexpr std::array<std::string_view, 5> three = {"bhd", "jod", "kwd", "omr", "tnd"};
  if (std::find(none.begin(), none.end(), currency) != none.end()) return 0;
  return std::find(three.begin(), three.end(), currency) != three.end() ? 3 : 2;
}

std::string_view symbol_of(std::string_view currency) {
  if (currency == "usd") return "$";
  if (currency == "eur") return "€";
  if (currency == "gbp") return "£";
  return currency == "jpy" ? "¥" : "";
}

std::string upper(std::string_view raw) {
  std::string out(raw);
  for (char &c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

WebHeaders page_headers() {
  // No form-action: browsers apply it to the redirect after the form as well, and that leads to the host.
  return {{"Content-Type", "text/html; charset=utf-8"},
          {"Cache-Control", "no-store"},
          {"Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'"},
          {"Referrer-Policy", "same-origin"},
          {"X-Content-Type-Options", "nosniff"}};
}

}  // namespace

std::string text(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (const char c : raw) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string_view web_url(std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  const bool clean = std::none_of(url.begin(), url.end(), [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
  return web && clean ? url : std::string_view();
}

Fields fields_of(std::string_view encoded) {
  Fields fields;
  while (!encoded.empty()) {
    const auto end = std::min(encoded.find('&'), encoded.size());
    const auto pair = encoded.substr(0, end);
    const auto equals = std::min(pair.find('='), pair.size());
    fields[decoded(pair.substr(0, equals))] = decoded(pair.substr(std::min(equals + 1, pair.size())));
    encoded.remove_prefix(std::min(end + 1, encoded.size()));
  }
  return fields;
}

std::string field(const Fields &fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string() : found->second;
}

std::string money(std::int64_t amount_minor, std::string_view currency) {
  const std::size_t decimals = digits_of(currency);
  const bool below_zero = amount_minor < 0;
  std::string digits = std::to_string(amount_minor);
  if (below_zero) digits.erase(0, 1);
  if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
  if (decimals > 0) digits.insert(digits.size() - decimals, 1, '.');
  const auto symbol = symbol_of(currency);
  const std::string sign = below_zero ? "-" : "";
  return symbol.empty() ? sign + digits + " " + upper(currency) : sign + std::string(symbol) + digits;
}

std::string price(const json::value *price) {
  std::string out = money(json::as_integer(json::find(price, "unit_amount")).value_or(0), json::as_text(json::find(price, "currency")));
  const auto *recurring = json::find(price, "recurring");
  const std::string interval(json::as_text(json::find(recurring, "interval")));
  if (interval.empty()) return out;
  const auto count = json::as_integer(json::find(recurring, "interval_count")).value_or(1);
  return out + (count == 1 ? " per " + interval : " every " + std::to_string(count) + " " + interval + "s");
}

std::string date(std::int64_t at_s) {
  static constexpr std::array<std::string_view, 12> months = {"January", "February", "March",     "April",   "May",      "June",
                                                              "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(at_s))));
  return std::to_string(static_cast<unsigned>(day.day())) + " " + std::string(months[static_cast<unsigned>(day.month()) - 1]) + " " +
         std::to_string(static_cast<int>(day.year()));
}

std::string notice(Tone tone, std::string_view message) {
  if (message.empty()) return {};
  const std::string_view kind = tone == Tone::bad ? "bad" : tone == Tone::good ? "good" : "plain";
  return "<p class=\"notice " + std::string(kind) + "\" role=\"" + (tone == Tone::bad ? "alert" : "status") + "\">" + text(message) +
         "</p>\n";
}

std::string button(std::string_view name, std::string_view value, std::string_view label, std::string_view kind) {
  return "<button type=\"submit\" name=\"" + text(name) + "\" value=\"" + text(value) + "\" class=\"" + text(kind) + "\">" + text(label) +
         "</button>\n";
}

WebAnswer document(std::string_view title, std::string_view body, std::int32_t status) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
      "<link rel=\"icon\" href=\"data:,\">\n<link rel=\"stylesheet\" href=\"/sandbox.css\">\n<title>";
  page += text(title);
  page += "</title>\n</head>\n<body>\n<p class=\"banner\"><strong>Sandbox</strong> – no real money</p>\n<main>\n";
  page += body;
  page += "</main>\n</body>\n</html>\n";
  return {status, page_headers(), std::move(page), false};
}

WebAnswer message(std::string_view title, std::string_view sentence, std::string_view link, std::string_view label, std::int32_t status) {
  std::string body = "<section class=\"sheet narrow\">\n<h1>" + text(title) + "</h1>\n<p>" + text(sentence) + "</p>\n";
  if (const auto url = web_url(link); !url.empty())
    body += "<p><a class=\"button\" href=\"" + text(url) + "\">" + text(label) + "</a></p>\n";
  return document(title, body + "</section>\n", status);
}

WebAnswer see_other(std::string_view url) {
  auto headers = page_headers();
  headers.emplace_back("Location", std::string(url));
  return {303, std::move(headers), {}, false};
}

}  // namespace purser::sandbox::html
