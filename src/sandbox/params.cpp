#include "sandbox/params.hpp"

#include <algorithm>
#include <charconv>

#include "sandbox/api_failure.hpp"
#include "stripe/form.hpp"

namespace purser::sandbox {
namespace {

constexpr std::size_t depth_max = 12;
constexpr std::size_t metadata_keys_max = 50, metadata_key_max = 40, metadata_value_max = 500;

/// `a[b][]` → a, b, and an empty part.
std::vector<std::string_view> parts_of(std::string_view key) {
  std::vector<std::string_view> parts;
  const std::size_t open = key.find('[');
  parts.push_back(key.substr(0, open));
  for (std::size_t at = open; at != std::string_view::npos && at < key.size() && key[at] == '[';) {
    const std::size_t close = key.find(']', at);
    if (close == std::string_view::npos) break;
    parts.push_back(key.substr(at + 1, close - at - 1));
    at = close + 1;
  }
  return parts;
}

/// Of `[]`: the next one. `a[][x]=1&a[][y]=2` goes on with the element that has no y yet, as form libraries write it.
std::string next_index(const Object &array, const std::vector<std::string_view> &parts, std::size_t place) {
  const bool inside_element = place + 1 < parts.size() && !parts[place + 1].empty();
  if (inside_element && !array.empty()) {
    std::string last = std::to_string(array.size() - 1);
    const Value *element = array.if_contains(last);
    if (element && element->is_object() && !element->get_object().contains(parts[place + 1])) return last;
  }
  return std::to_string(array.size());
}

void put(Object &tree, std::string_view key, const std::string &value) {
  const auto parts = parts_of(key);
  if (parts.front().empty() || parts.size() > depth_max) throw invalid_request("Invalid request parameter name: " + std::string(key));
  Object *at = &tree;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string part = parts[i].empty() ? next_index(*at, parts, i) : std::string(parts[i]);
    Value &child = (*at)[part];
    if (i + 1 == parts.size()) {
      child = value;
    } else {
      if (!child.is_object()) child = Object();
      at = &child.get_object();
    }
  }
}

bool is_index(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) { return c >= '0' && c <= '9'; });
}

std::int64_t index_of(std::string_view key) {
  std::int64_t index = 0;
  std::from_chars(key.data(), key.data() + key.size(), index);
  return index;
}

}  // namespace

Object Params::decode(std::string_view form) {
  const auto parsed = stripe::Form::parse(form);
  if (!parsed) throw invalid_request("Invalid request: the parameters are no application/x-www-form-urlencoded text.");
  Object tree;
  for (const auto &[key, value] : parsed->fields()) put(tree, key, value);
  return tree;
}

const Value *Params::find(std::string_view key) const {
  const Object *object = node_->if_object();
  return object ? object->if_contains(key) : nullptr;
}

std::string Params::name(std::string_view key) const { return name_.empty() ? std::string(key) : name_ + "[" + std::string(key) + "]"; }

std::string Params::itself() const { return node_->is_string() ? std::string(node_->get_string()) : std::string(); }

bool Params::unsets(std::string_view key) const {
  const Value *found = find(key);
  return found && found->is_string() && found->get_string().empty();
}

std::string Params::text(std::string_view key) const {
  const Value *found = find(key);
  if (!found) return {};
  if (!found->is_string()) throw invalid_request("Invalid string: " + render(*found), name(key));
  return std::string(found->get_string());
}

std::string Params::required(std::string_view key) const {
  std::string found = text(key);
  if (!has(key)) throw missing_parameter(name(key));
  if (found.empty())
    throw invalid_request("You passed an empty string for '" + name(key) +
                              "'. We assume empty values are an attempt to unset a parameter; however '" + name(key) +
                              "' cannot be unset. You should remove '" + name(key) + "' from your request or supply a non-empty value.",
                          name(key), "parameter_invalid_empty");
  return found;
}

std::optional<std::int64_t> Params::integer(std::string_view key) const {
  if (!has(key) || unsets(key)) return {};
  const std::string found = text(key);
  std::int64_t n = 0;
  const auto [end, error] = std::from_chars(found.data(), found.data() + found.size(), n);
  if (error != std::errc() || end != found.data() + found.size())
    throw invalid_request("Invalid integer: " + found, name(key), "parameter_invalid_integer");
  return n;
}

std::optional<double> Params::decimal(std::string_view key) const {
  if (!has(key) || unsets(key)) return {};
  const std::string found = text(key);
  double n = 0;
  const auto [end, error] = std::from_chars(found.data(), found.data() + found.size(), n);
  if (error != std::errc() || end != found.data() + found.size()) throw invalid_request("Invalid decimal: " + found, name(key));
  return n;
}

std::optional<bool> Params::flag(std::string_view key) const {
  if (!has(key) || unsets(key)) return {};
  const std::string found = text(key);
  if (found == "true" || found == "1") return true;
  if (found == "false" || found == "0") return false;
  throw invalid_request("Invalid boolean: " + found, name(key));
}

std::string Params::word(std::string_view key, std::initializer_list<std::string_view> words) const {
  std::string found = text(key);
  if (found.empty() || std::ranges::find(words, found) != words.end()) return found;
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) list += i + 1 == words.size() ? ", or " : ", ";
    list += words.begin()[i];
  }
  throw invalid_request("Invalid " + name(key) + ": must be one of " + list, name(key));
}

Params Params::inside(std::string_view key) const {
  static const Value nothing = Object();
  const Value *found = find(key);
  if (found && found->is_string() && !found->get_string().empty()) throw invalid_request("Invalid object", name(key));
  return Params(found && found->is_object() ? *found : nothing, name(key));
}

std::vector<Params> Params::list(std::string_view key) const {
  const Value *found = find(key);
  if (!found || unsets(key)) return {};
  if (!found->is_object()) throw invalid_request("Invalid array", name(key));
  std::vector<std::pair<std::int64_t, Params>> ordered;
  for (const auto &member : found->get_object()) {
    if (!is_index(member.key())) throw invalid_request("Invalid array", name(key));
    ordered.emplace_back(index_of(member.key()), Params(member.value(), name(key) + "[" + std::string(member.key()) + "]"));
  }
  std::ranges::stable_sort(ordered, {}, [](const auto &element) { return element.first; });
  std::vector<Params> out;
  for (auto &[index, element] : ordered) out.push_back(element);
  return out;
}

std::vector<std::string> Params::texts(std::string_view key) const {
  std::vector<std::string> out;
  for (const Params &element : list(key)) out.push_back(element.itself());
  return out;
}

std::vector<std::pair<std::string, std::string>> Params::pairs(std::string_view key) const {
  std::vector<std::pair<std::string, std::string>> out;
  const Value *found = find(key);
  if (!found || unsets(key)) return out;
  if (!found->is_object()) throw invalid_request("Invalid object", name(key));
  for (const auto &member : found->get_object()) {
    if (!member.value().is_string()) throw invalid_request("Metadata values must be strings.", name(key));
    out.emplace_back(member.key(), member.value().get_string());
  }
  return out;
}

void Params::only(std::initializer_list<std::string_view> known) const {
  const Object *object = node_->if_object();
  if (!object) return;
  for (const auto &member : *object) {
    const std::string_view key = member.key();
    if ((key != "expand" || !name_.empty()) && std::ranges::find(known, key) == known.end()) throw unknown_parameter(name(key));
  }
}

void merge_metadata(Object &object, const Params &params, std::string_view key) {
  if (!params.has(key)) return;
  if (params.unsets(key)) {
    object["metadata"] = Object();
    return;
  }
  Value &kept = object["metadata"];
  if (!kept.is_object()) kept = Object();
  Object &metadata = kept.get_object();
  for (const auto &[name, value] : params.pairs(key)) {
    if (name.size() > metadata_key_max) throw invalid_request("Metadata keys can have up to 40 characters.", params.name(key));
    if (value.size() > metadata_value_max)
      throw invalid_request("Metadata values can have up to 500 characters, but you passed in a value that is " +
                                std::to_string(value.size()) + " characters. Invalid value: " + value.substr(0, 20) + "…",
                            params.name(key) + "[" + name + "]");
    if (value.empty())
      metadata.erase(name);
    else
      metadata[name] = value;
  }
  if (metadata.size() > metadata_keys_max) throw invalid_request("Metadata can have at most 50 keys.", params.name(key));
}

}  // namespace purser::sandbox
