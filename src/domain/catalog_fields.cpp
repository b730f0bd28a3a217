#include "domain/catalog_fields.hpp"

#include <algorithm>
#include <set>

namespace purser::domain::catalog {
namespace {

std::string join(const std::string &path, std::string_view name) {
  return path.empty() ? std::string(name) : path + "." + std::string(name);
}

const MemberRule *rule(const Shape &shape, std::string_view name) {
  const auto it = std::find_if(shape.members.begin(), shape.members.end(), [&](const MemberRule &member) { return member.name == name; });
  return it == shape.members.end() ? nullptr : &*it;
}

std::vector<std::string_view> names(const Shape &shape) {
  std::vector<std::string_view> made;
  for (const MemberRule &member : shape.members) {
    if (member.name != "$schema") made.push_back(member.name);
  }
  return made;
}

void repeated(Mistakes &mistakes, const Member &member, const std::string &path) {
  mistakes.add(Reason::duplicate_key, member.place, path, "expected each key once, found " + quoted(member.key) + " again",
               "rename or remove one of the two");
}

/// Found value, for messages about numbers; texts may hold secrets pasted by mistake and are only described.
std::string found(const Node &node) {
  if (node.kind == Kind::integer || node.kind == Kind::number) return node.text.substr(0, 32);
  return describe(node.kind);
}

}  // namespace

const std::string_view key_rule = "1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first";

bool is_key(std::string_view text) {
  constexpr std::size_t key_max_bytes = 64;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (text.empty() || text.size() > key_max_bytes || !letter(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || c == '.' || c == '_' || c == '-'; });
}

void wrong_type(Mistakes &mistakes, const Field &field, std::string_view expected) {
  mistakes.add(Reason::wrong_type, field.node->place, field.path, "expected " + std::string(expected) + ", found " + found(*field.node),
               "write " + std::string(expected));
}

Fields::Fields(Mistakes &mistakes, const Field &object, const Shape &shape) : path_(object.path) {
  if (!object) return;
  if (object.node->kind != Kind::object) {
    wrong_type(mistakes, object, "an object");
    return;
  }
  object_ = object.node;
  std::set<std::string_view> seen;
  for (const Member &member : object_->members) {
    const bool first = seen.insert(member.key).second;
    const std::string path = join(path_, member.key);
    if (!first) {
      repeated(mistakes, member, path);
    } else if (rule(shape, member.key) == nullptr) {
      mistakes.add(Reason::unknown_member, member.place, path,
                   "expected a member of " + std::string(shape.name) + ", found " + quoted(member.key),
                   mistakes.suggest(member.key, names(shape), "remove it"));
    }
  }
  for (const MemberRule &member : shape.members) {
    if (!member.required || seen.contains(member.name)) continue;
    mistakes.add(member.absent, object_->place, path_, "expected the member " + quoted(member.name) + ", found none",
                 "add " + quoted(member.name));
  }
}

Field Fields::operator[](std::string_view name) const {
  return object_ != nullptr ? member_of(*object_, name, path_) : Field{nullptr, join(path_, name)};
}

Field member_of(const Node &object, std::string_view name, const std::string &path) {
  const auto it = std::find_if(object.members.begin(), object.members.end(), [&](const Member &member) { return member.key == name; });
  return {it == object.members.end() ? nullptr : &it->value, join(path, name)};
}

bool filled(const Field &field) {
  if (!field) return false;
  if (field.node->kind == Kind::list) return !field.node->items.empty();
  return field.node->kind != Kind::object || !field.node->members.empty();
}

std::vector<Entry> read_entries(Mistakes &mistakes, const Field &field, bool new_names) {
  if (!field) return {};
  if (field.node->kind != Kind::object) return wrong_type(mistakes, field, "an object"), std::vector<Entry>{};
  std::vector<Entry> entries;
  std::set<std::string_view> seen;
  for (const Member &member : field.node->members) {
    const std::string path = join(field.path, member.key);
    const bool first = seen.insert(member.key).second;
    if (!first) repeated(mistakes, member, path);
    if (new_names && !is_key(member.key)) {
      mistakes.add(Reason::bad_key, member.place, path, "expected a key, found " + quoted(member.key), "write " + std::string(key_rule));
    }
    entries.push_back({member.key, member.place, {&member.value, path}, !first});
  }
  return entries;
}

std::vector<Field> read_list(Mistakes &mistakes, const Field &field) {
  if (!field) return {};
  if (field.node->kind != Kind::list) return wrong_type(mistakes, field, "a list"), std::vector<Field>{};
  std::vector<Field> items;
  for (const Node &item : field.node->items) items.push_back({&item, field.path + "[" + std::to_string(items.size()) + "]"});
  return items;
}

std::optional<std::string> read_text(Mistakes &mistakes, const Field &field) {
  if (!field) return std::nullopt;
  if (field.node->kind != Kind::text) return wrong_type(mistakes, field, "a text"), std::nullopt;
  const std::string &text = field.node->text;
  const bool control = std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (!text.empty() && text.size() <= text_max_bytes && !control) return text;
  mistakes.add(Reason::bad_text, field.node->place, field.path,
               "expected 1 to " + std::to_string(text_max_bytes) + " bytes without control characters, found " +
                   (control ? "a control character" : std::to_string(text.size()) + " bytes"),
               "write a shorter, plain text");
  return std::nullopt;
}

std::optional<bool> read_flag(Mistakes &mistakes, const Field &field) {
  if (!field) return std::nullopt;
  if (field.node->kind != Kind::boolean) return wrong_type(mistakes, field, "true or false"), std::nullopt;
  return field.node->boolean;
}

std::optional<std::int64_t> read_whole(Mistakes &mistakes, const Field &field, std::int64_t least, std::int64_t most, Reason reason) {
  if (!field) return std::nullopt;
  const Node &node = *field.node;
  if (node.kind != Kind::integer && node.kind != Kind::number) return wrong_type(mistakes, field, "a whole number"), std::nullopt;
  if (node.kind == Kind::integer && node.integer >= least && node.integer <= most) return node.integer;
  const std::string range = std::to_string(least) + " to " + std::to_string(most);
  const bool money = reason == Reason::bad_amount;
  mistakes.add(reason, node.place, field.path, "expected a whole number from " + range + ", found " + found(node),
               money ? "write minor units: 4900 is 49.00 USD" : "write a whole number from " + range);
  return std::nullopt;
}

std::optional<std::string> read_word(Mistakes &mistakes, const Field &field, std::span<const std::string_view> words, Reason reason) {
  std::optional<std::string> text = read_text(mistakes, field);
  if (!text || std::find(words.begin(), words.end(), *text) != words.end()) return text;
  std::string list;
  for (const std::string_view word : words) list += (list.empty() ? "" : ", ") + std::string(word);
  mistakes.add(reason, field.node->place, field.path, "expected one of " + list + ", found " + quoted(*text),
               mistakes.suggest(*text, {words.begin(), words.end()}, "use one of " + list));
  return std::nullopt;
}

}  // namespace purser::domain::catalog
