#include "sandbox/table.hpp"

#include <algorithm>

namespace purser::sandbox {

std::string_view member_of(const Row &row, std::string_view member) {
  const std::string_view shown = text(row.object, member);
  return shown.empty() ? text(row.hidden, member) : shown;
}

Table::Table(std::string noun, std::string updated, std::initializer_list<std::string_view> indexed)
    : noun_(std::move(noun)), updated_(std::move(updated)), indexed_(indexed.begin(), indexed.end()) {}

Row &Table::insert(Object object) {
  const std::size_t place = rows_.size();
  places_.emplace(text(object, "id"), place);
  rows_.push_back({std::move(object), {}, false});
  index(place);
  return rows_.back();
}

Row *Table::find(std::string_view id) {
  const auto found = places_.find(std::string(id));
  return found == places_.end() ? nullptr : &rows_[found->second];
}

std::vector<std::size_t> Table::having(std::string_view member, std::string_view value) const {
  const auto values = index_.find(member);
  if (values == index_.end()) return {};
  const auto found = values->second.find(std::string(value));
  if (found == values->second.end()) return {};
  return {found->second.begin(), found->second.end()};
}

bool Table::indexes(std::string_view member) const { return std::ranges::find(indexed_, member) != indexed_.end(); }

void Table::index(std::string_view id) { index(places_.at(std::string(id))); }

void Table::index(std::size_t place) {
  for (const std::string &member : indexed_) {
    const std::string_view value = member_of(rows_[place], member);
    if (!value.empty()) index_[member][std::string(value)].insert(place);
  }
}

}  // namespace purser::sandbox
