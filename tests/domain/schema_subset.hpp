// As much of JSON Schema 2020-12 as catalog.schema.json uses; an unknown keyword is an error, so the schema cannot outgrow it unseen.
#pragma once
#include <algorithm>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>

#include "base/json.hpp"

namespace schema_subset {

namespace json = purser::json;

inline bool has_type(const json::value &v, std::string_view type) {
  if (type == "object") return v.is_object();
  if (type == "array") return v.is_array();
  if (type == "string") return v.is_string();
  if (type == "boolean") return v.is_bool();
  if (type == "integer") return v.is_int64() || v.is_uint64();
  throw std::runtime_error("unknown type " + std::string(type));
}

class Validator {
 public:
  explicit Validator(json::value schema) : root_(std::move(schema)) {}
  bool valid(const json::value &v) const { return valid(v, root_); }
  const json::value &definition(std::string_view name) const { return root_.at("$defs").at(name); }
  const json::value &root() const { return root_; }

 private:
  bool valid(const json::value &v, const json::value &schema) const {
    return std::all_of(schema.as_object().begin(), schema.as_object().end(),
                       [&](const auto &rule) { return keyword(v, schema.as_object(), rule.key(), rule.value()); });
  }

  bool keyword(const json::value &v, const json::object &schema, std::string_view name, const json::value &rule) const {
    static const std::set<std::string_view> silent{"$schema", "$defs", "title", "description"};
    if (silent.contains(name)) return true;
    if (name == "$ref") return valid(v, definition(std::string_view(rule.as_string()).substr(std::string_view("#/$defs/").size())));
    if (name == "type") return has_type(v, rule.as_string());
    if (name == "const") return v == rule;
    if (name == "enum") return std::count(rule.as_array().begin(), rule.as_array().end(), v) > 0;
    if (name == "anyOf") {
      return std::any_of(rule.as_array().begin(), rule.as_array().end(), [&](const json::value &choice) { return valid(v, choice); });
    }
    if (v.is_object()) return object_keyword(v.as_object(), schema, name, rule);
    if (v.is_array()) return array_keyword(v.as_array(), name, rule);
    if (v.is_string()) return text_keyword(std::string(v.as_string()), name, rule);
    if (v.is_int64())
      return name == "minimum" ? v.as_int64() >= rule.as_int64() : name == "maximum" ? v.as_int64() <= rule.as_int64() : known(name);
    return known(name);
  }

  bool object_keyword(const json::object &v, const json::object &schema, std::string_view name, const json::value &rule) const {
    if (name == "minProperties") return static_cast<std::int64_t>(v.size()) >= rule.as_int64();
    if (name == "required") {
      return std::all_of(rule.as_array().begin(), rule.as_array().end(),
                         [&](const json::value &key) { return v.contains(key.as_string()); });
    }
    if (name == "propertyNames")
      return std::all_of(v.begin(), v.end(), [&](const auto &member) { return valid(json::value(member.key()), rule); });
    if (name == "properties") {
      return std::all_of(v.begin(), v.end(), [&](const auto &member) {
        const json::value *property = rule.as_object().if_contains(member.key());
        return property == nullptr || valid(member.value(), *property);
      });
    }
    if (name == "additionalProperties") {
      const json::value *properties = schema.if_contains("properties");
      return std::all_of(v.begin(), v.end(), [&](const auto &member) {
        if (properties != nullptr && properties->as_object().contains(member.key())) return true;
        return rule.is_bool() ? rule.as_bool() : valid(member.value(), rule);
      });
    }
    return known(name);
  }

  bool array_keyword(const json::array &v, std::string_view name, const json::value &rule) const {
    if (name == "items") return std::all_of(v.begin(), v.end(), [&](const json::value &item) { return valid(item, rule); });
    if (name == "minItems") return static_cast<std::int64_t>(v.size()) >= rule.as_int64();
    if (name == "uniqueItems") {
      std::set<std::string> seen;
      return std::all_of(v.begin(), v.end(), [&](const json::value &item) { return seen.insert(json::canonical(item)).second; });
    }
    return known(name);
  }

  static bool text_keyword(const std::string &v, std::string_view name, const json::value &rule) {
    if (name == "minLength") return static_cast<std::int64_t>(v.size()) >= rule.as_int64();
    if (name == "maxLength") return static_cast<std::int64_t>(v.size()) <= rule.as_int64();
    if (name == "pattern") return std::regex_search(v, std::regex(std::string(rule.as_string())));
    return known(name);
  }

  /// A keyword for another kind of value says nothing about this one.
  static bool known(std::string_view name) {
    static const std::set<std::string_view> names{"minimum",
                                                  "maximum",
                                                  "minLength",
                                                  "maxLength",
                                                  "pattern",
                                                  "items",
                                                  "minItems",
                                                  "uniqueItems",
                                                  "required",
                                                  "properties",
                                                  "additionalProperties",
                                                  "propertyNames",
                                                  "minProperties"};
    if (!names.contains(name)) throw std::runtime_error("unknown keyword " + std::string(name));
    return true;
  }

  json::value root_;
};

}  // namespace schema_subset
