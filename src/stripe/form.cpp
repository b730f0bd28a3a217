#include "stripe/form.hpp"

#include <algorithm>

namespace purser::stripe {
namespace {

/// RFC 3986: what no server reads as anything else.
bool unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
}

void append_escaped(std::string &out, std::string_view text, std::string_view literal) {
  for (const char c : text) {
    if (unreserved(c) || literal.find(c) != std::string_view::npos) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += "0123456789ABCDEF"[byte >> 4];
    out += "0123456789ABCDEF"[byte & 15];
  }
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool unescape(std::string_view text, std::string &out) {
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    if (text.size() - i < 3) return false;
    const int high = digit(text[i + 1]), low = digit(text[i + 2]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return true;
}

}  // namespace

std::string path_segment(std::string_view text) {
  std::string out;
  append_escaped(out, text, {});
  return out;
}

std::string nested(std::string_view root, std::initializer_list<KeyPart> parts) {
  std::string key(root);
  for (const KeyPart &part : parts) {
    key += '[';
    key += part.text();
    key += ']';
  }
  return key;
}

Form &Form::add(std::string key, std::string_view value) {
  fields_.emplace_back(std::move(key), value);
  return *this;
}

Form &Form::add_integer(std::string key, std::int64_t value) { return add(std::move(key), std::to_string(value)); }

Form &Form::add_flag(std::string key, bool value) { return add(std::move(key), value ? "true" : "false"); }

std::string Form::text() const {
  std::string out;
  for (const auto &[key, value] : fields_) {
    if (!out.empty()) out += '&';
    append_escaped(out, key, "[]");
    out += '=';
    append_escaped(out, value, "");
  }
  return out;
}

std::optional<Form> Form::parse(std::string_view text) {
  if (text.size() > form_max_bytes) return std::nullopt;
  Form form;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    if (form.fields_.size() == form_max_pairs) return std::nullopt;
    const std::string_view key = pair.substr(0, pair.find('='));
    auto &[name, value] = form.fields_.emplace_back();
    if (!unescape(key, name) || !unescape(pair.substr(std::min(pair.size(), key.size() + 1)), value)) return std::nullopt;
  }
  return form;
}

}  // namespace purser::stripe
