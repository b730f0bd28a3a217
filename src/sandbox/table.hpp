// All objects of one kind, in the order of their creation, found by id and by the members that lists are filtered by.
#pragma once
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sandbox/value.hpp"

namespace purser::sandbox {

struct Row {
  Object object;  ///< as Stripe renders it
  Object hidden;  ///< what Stripe knows and does not show
  bool deleted = false;
};

/// Of the object, else of what is hidden: an invoice's subscription.
std::string_view member_of(const Row &row, std::string_view member);

class Table {
 public:
  /// `noun` is what errors call it, `updated` the event of a change (empty = none), `indexed` the members that `having` finds by.
  Table(std::string noun, std::string updated, std::initializer_list<std::string_view> indexed);

  /// The id stands in the object.
  Row &insert(Object object);
  Row *find(std::string_view id);
  const Row *find(std::string_view id) const { return const_cast<Table *>(this)->find(id); }
  /// Ids of the rows whose member has this text, oldest first. May name rows whose member has changed since: look again.
  std::vector<std::size_t> having(std::string_view member, std::string_view value) const;
  bool indexes(std::string_view member) const;
  /// Takes up an indexed member that has changed.
  void index(std::string_view id);

  std::size_t size() const { return rows_.size(); }
  Row &at(std::size_t place) { return rows_[place]; }
  const Row &at(std::size_t place) const { return rows_[place]; }
  std::size_t place_of(std::string_view id) const { return places_.at(std::string(id)); }

  const std::string &noun() const { return noun_; }
  const std::string &updated() const { return updated_; }

 private:
  void index(std::size_t place);

  std::string noun_, updated_;
  std::vector<std::string> indexed_;
  std::deque<Row> rows_;
  std::unordered_map<std::string, std::size_t> places_;
  std::map<std::string, std::unordered_map<std::string, std::set<std::size_t>>, std::less<>> index_;
};

}  // namespace purser::sandbox
