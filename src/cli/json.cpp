#include "json.hpp"

namespace purser::cli {

void Json::separate() {
  if (!first_) out_ += ',';
  first_ = false;
}

Json &Json::open(char first, char last) {
  separate();
  out_ += first;
  closing_ += last;
  first_ = true;
  return *this;
}

Json &Json::end() {
  out_ += closing_.back();
  closing_.pop_back();
  first_ = false;
  return *this;
}

Json &Json::raw(std::string_view value) {
  separate();
  out_ += value;
  return *this;
}

Json &Json::key(std::string_view name) {
  text(name);
  out_ += ':';
  first_ = true;  // no comma before its value
  return *this;
}

Json &Json::text(std::string_view value) {
  constexpr std::string_view digits = "0123456789abcdef";
  separate();
  out_ += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out_ += '\\';
      out_ += c;
    } else if (byte < 0x20 || byte == 0x7f) {
      out_ += "\\u00";
      out_ += digits[byte >> 4];
      out_ += digits[byte & 15];
    } else {
      out_ += c;
    }
  }
  out_ += '"';
  return *this;
}

}  // namespace purser::cli
