#include "money.hpp"

#include <array>
#include <chrono>
#include <map>
#include <set>

namespace host {
namespace {

// How many digits a currency has behind the point, where it is not two: docs.stripe.com/currencies.
int digits_of(const std::string &currency) {
  static const std::set<std::string> none{"bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga",
                                          "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"};
  static const std::set<std::string> three{"bhd", "jod", "kwd", "omr", "tnd"};
  return none.contains(currency) ? 0 : three.contains(currency) ? 3 : 2;
}

std::string sign_of(const std::string &currency) {
  static const std::map<std::string, std::string> signs{{"usd", "$"}, {"eur", "€"}, {"gbp", "£"}, {"jpy", "¥"}, {"inr", "₹"}, {"krw", "₩"}};
  const auto found = signs.find(currency);
  if (found != signs.end()) return found->second;
  std::string upper;
  for (const char c : currency) upper += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return upper + "\u00A0";
}

std::string two(unsigned number) { return (number < 10 ? "0" : "") + std::to_string(number); }

}  // namespace

std::string grouped(std::int64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3 && text[i - 4] != '-';) text.insert(i -= 3, ",");
  return text;
}

std::string money(std::int64_t minor, const std::string &currency) {
  if (minor < 0) return "−" + money(-minor, currency);  // a credit: of a cheaper tier, or of less
  const int digits = digits_of(currency);
  std::int64_t unit = 1;
  for (int i = 0; i < digits; i++) unit *= 10;
  std::string text = sign_of(currency) + grouped(minor / unit);
  if (minor % unit != 0) {
    const std::string rest = std::to_string(minor % unit);
    text += "." + std::string(static_cast<std::size_t>(digits) - rest.size(), '0') + rest;
  }
  return text;
}

std::string per(const std::string &interval, std::int64_t count) {
  if (interval == "once") return "once";
  return count == 1 ? "per " + interval : "every " + std::to_string(count) + " " + interval + "s";
}

std::string adverb(const std::string &interval, std::int64_t count) {
  static const std::map<std::string, std::string> words{
      {"day", "Daily"}, {"week", "Weekly"}, {"month", "Monthly"}, {"year", "Yearly"}, {"once", "Once"}};
  const auto found = words.find(interval);
  if (count == 1 && found != words.end()) return found->second;
  return "Every " + std::to_string(count) + " " + interval + "s";
}

std::string date(std::int64_t at_ms) {
  static const std::array<const char *, 12> months{"January", "February", "March",     "April",   "May",      "June",
                                                   "July",    "August",   "September", "October", "November", "December"};
  const std::chrono::sys_time<std::chrono::milliseconds> moment{std::chrono::milliseconds(at_ms)};
  const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(moment)};
  return std::to_string(static_cast<unsigned>(day.day())) + " " + months[static_cast<unsigned>(day.month()) - 1] + " " +
         std::to_string(static_cast<int>(day.year()));
}

std::string date_and_time(std::int64_t at_ms) {
  const auto minutes = static_cast<unsigned>(at_ms / 60'000 % 1440);
  return date(at_ms) + ", " + two(minutes / 60) + ":" + two(minutes % 60) + " UTC";
}

}  // namespace host
