// How parity.cpp prints: one line per case, values as compact JSON. C++20, on purser.hpp alone.
#pragma once
#include <cstdio>
#include <deque>
#include <iostream>
#include <optional>
#include <purser.hpp>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

/// `text`, so many times; valid to the end of the program.
inline const char *repeated(std::string_view text, std::size_t times) {
  static std::deque<std::string> kept;
  std::string &made = kept.emplace_back();
  for (std::size_t i = 0; i < times; i++) made += text;
  return made.c_str();
}

template <class List, class Put>
void put_list(const List &list, Put put_one) {
  std::cout << '[';
  bool first = true;
  for (const auto &element : list) {
    if (!std::exchange(first, false)) std::cout << ',';
    put_one(element);
  }
  std::cout << ']';
}

inline std::string escaped(char c) {
  constexpr std::string_view from = "\"\\\b\f\n\r\t", to = "\"\\bfnrt";
  if (const auto at = from.find(c); at != from.npos) return {'\\', to[at]};
  if (static_cast<unsigned char>(c) >= 32) return {c};
  char text[8];
  std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(c));
  return text;
}

inline void put(const std::string &text) {
  std::cout << '"';
  for (const char c : text) std::cout << escaped(c);
  std::cout << '"';
}
inline void put(bool value) { std::cout << (value ? "true" : "false"); }
inline void put(std::int64_t value) { std::cout << value; }
inline void put(std::int32_t value) { std::cout << value; }
inline void put(std::monostate) { std::cout << "null"; }
inline void put(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.17g", value);
  std::cout << text;
}
inline void put(const purser::Blob &blob) {
  std::cout << "{\"hex\":\"";
  for (const char c : blob.bytes) {
    char text[4];
    std::snprintf(text, sizeof text, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    std::cout << text;
  }
  std::cout << "\"}";
}
inline void put(const purser::Value &value) {
  std::visit([](const auto &held) { put(held); }, value);
}
inline void put(const std::optional<std::string> &text) {
  if (text)
    put(*text);
  else
    put(std::monostate());
}
template <class T>
void put(const std::vector<T> &list) {
  put_list(list, [](const T &element) { put(element); });
}

/// The line of one case.
struct Case {
  explicit Case(const char *name) { std::cout << name; }
  ~Case() { std::cout << '\n'; }
};
inline void ok() { std::cout << "\tok"; }
inline void field(const char *path) { std::cout << '\t' << path << '='; }

inline void failed(const purser::Error &error) {
  std::cout << '\t' << error.reason();
  field("code");
  put(std::string(purser_status_name(error.status())));
  field("parameter");
  put(error.parameter());
  field("message");
  put(error.message());
}
