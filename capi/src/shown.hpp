// C++ records shown as C structs: a block owns the record, its struct points into it.
#pragma once
#include <purser.h>

#include <array>
#include <boost/describe/members.hpp>
#include <boost/mp11/algorithm.hpp>
#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "engine/engine.hpp"
#include "runtime/runtime.hpp"
#include "runtime/verify.hpp"
#include "src/block.hpp"

struct purser_text_list {
  void show(const std::vector<std::string> &texts) {
    items.reserve(texts.size());
    for (const std::string &text : texts) items.push_back(text.c_str());
  }
  std::vector<const char *> items;
};

namespace purser::capi {

template <class Record, class C>
struct RecordList {
  void show(const std::vector<Record> &records);
  std::vector<C> items;
};

/// How one kind is shown. Exact types only: a described member of another type than the TOML says does not compile.
template <std::same_as<std::string> T>
const char *shown_text(const T &text) {
  return text.c_str();
}
template <std::same_as<std::int32_t> T>
std::int32_t shown_i32(T number) {
  return number;
}
template <std::same_as<std::int64_t> T>
std::int64_t shown_i64(T number) {
  return number;
}
template <std::same_as<double> T>
double shown_f64(T number) {
  return number;
}
template <std::same_as<bool> T>
std::int32_t shown_bool(T flag) {
  return flag ? 1 : 0;
}
template <class T>
requires std::is_enum_v<T> std::int32_t shown_enum(T value) { return static_cast<std::int32_t>(value); }

/// Whether the described members of T are exactly these, in this order.
template <class T, std::size_t N>
consteval bool members_are(const char *const (&names)[N]) {
  using Members = boost::describe::describe_members<T, boost::describe::mod_public>;
  if (boost::mp11::mp_size<Members>::value != N) return false;
  std::size_t i = 0;
  bool same = true;
  boost::mp11::mp_for_each<Members>([&](auto member) { same = same && std::string_view(member.name) == names[i++]; });
  return same;
}

/// Specialised for every output: holds the record and its lists, fills in the struct.
template <class C>
struct Shown;

}  // namespace purser::capi

#include "generated/lists.inc"

namespace purser::capi {

#include "generated/shown.inc"

template <class Record, class C>
void RecordList<Record, C>::show(const std::vector<Record> &records) {
  items.resize(records.size());
  for (std::size_t i = 0; i < records.size(); i++) capi::show(records[i], items[i]);
}

/// The values of an answer to purser_query.
template <>
struct Shown<purser_query_out> {
  using Record = engine::Table;
  explicit Shown(Record &&from) : record(std::move(from)) {}
  void show(purser_query_out &to);
  Record record;
  purser_text_list columns;
  std::vector<purser_value> values;
};

template <>
struct Shown<purser_error> {
  using Record = Error;
  explicit Shown(Record &&from) : record(std::move(from)) {}
  void show(purser_error &to) {
    to = {static_cast<std::int32_t>(record.status),
          record.reason.c_str(),
          record.message.c_str(),
          record.parameter.c_str(),
          record.request_id.c_str(),
          record.retry_after_ms};
  }
  Record record;
};

template <class C>
struct Owner : Block<C> {
  explicit Owner(typename Shown<C>::Record &&record) : Block<C>{{block_magic, &destroy}, C{}}, held(std::move(record)) {
    held.show(this->shown);
  }
  static void destroy(BlockHeader *header) noexcept { delete static_cast<Owner *>(reinterpret_cast<Block<C> *>(header)); }
  Shown<C> held;
};

/// Gives a record to the host, which frees it with purser_free.
template <class C>
C *give(typename Shown<C>::Record &&record) {
  return &(new Owner<C>(std::move(record)))->shown;
}

}  // namespace purser::capi
