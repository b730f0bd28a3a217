// Records with every described member set to something: a member that a renderer or a reader forgets is seen.
#pragma once
#include <random>
#include <string>

#include "base/record.hpp"

namespace purser::test {

using Random = std::mt19937;
inline int below(Random &r, int n) { return std::uniform_int_distribution<int>(0, n - 1)(r); }

template <class T>
T random_value(Random &r, std::string_view name) {
  using namespace record_detail;
  if constexpr (std::is_same_v<T, bool>) {
    return below(r, 2) != 0;
  } else if constexpr (std::is_integral_v<T>) {
    return static_cast<T>(below(r, 4) == 0 ? 0 : below(r, 5000));
  } else if constexpr (std::is_same_v<T, std::string>) {
    return below(r, 4) == 0 ? std::string() : std::string(name) + "_" + std::to_string(below(r, 5));
  } else if constexpr (is_vector<T>) {
    T out;
    for (int n = below(r, 4); n > 0; --n) out.push_back(random_value<typename T::value_type>(r, name));
    return out;
  } else if constexpr (is_map<T>) {
    T out;
    for (int n = below(r, 4); n > 0; --n) out.emplace("k" + std::to_string(n), random_value<typename T::mapped_type>(r, "v"));
    return out;
  } else {
    T out;
    boost::mp11::mp_for_each<Members<T>>([&](auto d) {
      using Member = std::remove_cvref_t<decltype(out.*d.pointer)>;
      out.*d.pointer = random_value<Member>(r, d.name);
    });
    return out;
  }
}
template <class T>
T random_record(Random &r) {
  return random_value<T>(r, "");
}
/// Another value in one member, so that what depends on a single one is seen too.
template <class T>
T with_one_changed(Random &r, T record) {
  const T other = random_record<T>(r);
  int left = below(r, static_cast<int>(boost::mp11::mp_size<record_detail::Members<T>>::value));
  boost::mp11::mp_for_each<record_detail::Members<T>>([&](auto d) {
    if (left-- == 0) record.*d.pointer = other.*d.pointer;
  });
  return record;
}

}  // namespace purser::test
