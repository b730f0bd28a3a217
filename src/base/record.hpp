// Described structs as JSON, by Boost.Describe: a field is declared once and its name is its key everywhere.
#pragma once
#include <algorithm>
#include <boost/describe/members.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <boost/mp11/algorithm.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/json.hpp"

namespace purser {

/// `omit`: a member that equals its struct's default is left out, so "not set" has exactly one text. `keep`: every member stands.
enum class Defaults { omit, keep };

namespace record_detail {
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_map = false;
template <class T>
inline constexpr bool is_map<std::map<std::string, T>> = true;
template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
}  // namespace record_detail

template <class T>
json::value to_json(const T &v, Defaults defaults = Defaults::omit) {
  using namespace record_detail;
  if constexpr (std::is_same_v<T, bool>) {
    return json::value(v);
  } else if constexpr (std::is_enum_v<T>) {
    return json::value(std::string_view(name(v)));  // the enum's own closed list of words
  } else if constexpr (std::is_integral_v<T>) {
    return json::value(static_cast<std::int64_t>(v));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json::value(std::string_view(v));
  } else if constexpr (is_vector<T>) {
    json::array out;
    out.reserve(v.size());
    for (const auto &element : v) out.push_back(to_json(element, defaults));
    return out;
  } else if constexpr (is_map<T>) {
    json::object out;
    out.reserve(v.size());
    for (const auto &[key, element] : v) out.emplace(key, to_json(element, defaults));
    return out;
  } else {
    static const T unset{};
    json::object out;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
      const auto &member = v.*d.pointer;
      if (defaults == Defaults::keep || !(member == unset.*d.pointer)) out.emplace(d.name, to_json(member, defaults));
    });
    return out;
  }
}

namespace record_detail {
template <class T>
void write_canonical(std::string &out, const T &v);

/// One described member as text; members stand in the order of their names' bytes, as canonical text wants them.
template <class T>
struct MemberText {
  std::string_view name;
  bool (*unset)(const T &v, const T &fresh);
  void (*write)(std::string &out, const T &v);
};
template <class T>
const auto &members_by_name() {
  static const auto sorted = [] {
    std::vector<MemberText<T>> members;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
      using D = decltype(d);
      members.push_back({D::name, [](const T &v, const T &fresh) { return v.*D::pointer == fresh.*D::pointer; },
                         [](std::string &out, const T &v) { write_canonical(out, v.*D::pointer); }});
    });
    std::ranges::sort(members, {}, &MemberText<T>::name);
    return members;
  }();
  return sorted;
}

template <class T>
void write_canonical(std::string &out, const T &v) {
  auto separate = [&out, first = true]() mutable {
    if (!std::exchange(first, false)) out += ',';
  };
  if constexpr (std::is_same_v<T, bool>) {
    out += v ? "true" : "false";
  } else if constexpr (std::is_integral_v<T>) {
    out += std::to_string(v);
  } else if constexpr (std::is_same_v<T, std::string>) {
    json::append_text(out, v);
  } else if constexpr (is_vector<T>) {
    out += '[';
    for (const auto &element : v) separate(), write_canonical(out, element);
    out += ']';
  } else if constexpr (is_map<T>) {
    out += '{';
    for (const auto &[key, element] : v) separate(), json::append_text(out, key), out += ':', write_canonical(out, element);
    out += '}';
  } else {
    static const T fresh{};
    out += '{';
    for (const MemberText<T> &member : members_by_name<T>()) {
      if (member.unset(v, fresh)) continue;
      separate();
      json::append_text(out, member.name);
      out += ':';
      member.write(out, v);
    }
    out += '}';
  }
}
}  // namespace record_detail

/// json::canonical(to_json(v)) without the tree between: every event is written twice.
template <class T>
std::string canonical_text(const T &v) {
  std::string out;
  record_detail::write_canonical(out, v);
  return out;
}

/// What to_json wrote. A missing member, or one of another type, keeps its default.
template <class T>
T from_json(const json::value &v) {
  using namespace record_detail;
  T out{};
  if constexpr (std::is_same_v<T, bool>) {
    if (v.is_bool()) out = v.get_bool();
  } else if constexpr (std::is_integral_v<T>) {
    const auto number = json::as_integer(&v);
    if (number && *number >= std::numeric_limits<T>::min() && *number <= std::numeric_limits<T>::max()) out = static_cast<T>(*number);
  } else if constexpr (std::is_same_v<T, std::string>) {
    if (v.is_string()) out.assign(v.get_string().data(), v.get_string().size());
  } else if constexpr (is_vector<T>) {
    if (!v.is_array()) return out;
    out.reserve(v.get_array().size());
    for (const auto &element : v.get_array()) out.push_back(from_json<typename T::value_type>(element));
  } else if constexpr (is_map<T>) {
    if (!v.is_object()) return out;
    for (const auto &member : v.get_object()) out.emplace(member.key(), from_json<typename T::mapped_type>(member.value()));
  } else {
    static_assert(!std::is_enum_v<T>, "an enum is written by name and never read back");
    if (!v.is_object()) return out;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
      using Member = std::remove_cvref_t<decltype(out.*d.pointer)>;
      if (const auto *found = v.get_object().if_contains(d.name)) out.*d.pointer = from_json<Member>(*found);
    });
  }
  return out;
}

}  // namespace purser
