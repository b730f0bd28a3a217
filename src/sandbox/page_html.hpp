// The pieces of the pages: escaping, forms, money, dates, the frame around every page.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "base/time.hpp"
#include "sandbox/server.hpp"

namespace purser::sandbox::html {

/// For text between tags and inside quoted attributes.
std::string text(std::string_view raw);
/// `https://…` or `http://…` without control characters: what a link or a redirect may name. Anything else becomes empty.
std::string_view web_url(std::string_view url);

/// The fields of a form-encoded body or query; the last of a name counts.
using Fields = std::map<std::string, std::string, std::less<>>;
Fields fields_of(std::string_view encoded);
std::string field(const Fields &fields, std::string_view name);

/// `$49.00`, `¥500`, `49.00 CHF`.
std::string money(std::int64_t amount_minor, std::string_view currency);
/// `$49.00 per month`, `$99.00 every 3 months`, `$19.00`: a price as Stripe renders it.
std::string price(const json::value *price);
/// `25 November 2026`, UTC.
std::string date(std::int64_t at_s);

enum class Tone { plain, good, bad };
/// A line above the form that a screen reader reads at once; empty for an empty message.
std::string notice(Tone tone, std::string_view message);
/// A button of a form.
std::string button(std::string_view name, std::string_view value, std::string_view label, std::string_view kind = "");

WebAnswer document(std::string_view title, std::string_view body, std::int32_t status = 200);
/// A page of one sentence and one link; the link is left out where it is no web address.
WebAnswer message(std::string_view title, std::string_view sentence, std::string_view link, std::string_view label, std::int32_t status);
WebAnswer see_other(std::string_view url);

extern const std::string_view style;  ///< the style sheet

}  // namespace purser::sandbox::html
