#include <boost/json/parse.hpp>
#include <map>
#include <set>

#include "base/json.hpp"
#include "catch.hpp"
#include "domain/catalog_files.hpp"
#include "domain/catalog_reader.hpp"
#include "domain/schema_subset.hpp"

namespace {

using namespace purser::domain;
namespace json = purser::json;

json::value lenient(const std::string &text) {
  boost::json::parse_options options;
  options.allow_comments = true;
  options.allow_trailing_commas = true;
  return boost::json::parse(text, {}, options);
}

schema_subset::Validator schema() {
  return schema_subset::Validator(json::parse(catalog_files::read(catalog_files::root() / "catalog.schema.json")).root);
}

std::set<std::string> words(const json::value *list) {
  std::set<std::string> made;
  if (list != nullptr) {
    for (const json::value &word : list->as_array()) made.emplace(word.as_string());
  }
  return made;
}

/// The ```jsonc blocks of a document.
std::vector<std::string> examples(const std::string &markdown) {
  constexpr std::string_view open = "```jsonc\n";
  std::vector<std::string> made;
  for (std::size_t at = markdown.find(open); at != std::string::npos; at = markdown.find(open, at + 1)) {
    const std::size_t begin = at + open.size();
    made.push_back(markdown.substr(begin, markdown.find("```", begin) - begin));
  }
  return made;
}

/// Reasons that a schema cannot see: they are about two places at once, bytes, the environment, or a list too long for it.
const std::set<std::string> beyond_schema{"duplicate_key",  "duplicate_alias", "unknown_feature", "unknown_meter",    "unknown_fallback",
                                          "fallback_costs", "wrong_order",     "missing_price",   "duplicate_price",  "ambiguous_price",
                                          "unset_variable", "bad_variable",    "placeholder_id",  "wrong_kind_of_id", "unknown_currency",
                                          "bad_text",       "syntax",          "grants_nothing"};

}  // namespace

TEST_CASE("The schema and the reader know the same members, and need the same") {
  const schema_subset::Validator validator = schema();
  for (const catalog::Shape *shape : catalog::shapes()) {
    INFO(shape->name);
    const json::object &object = (shape->name == "catalog" ? validator.root() : validator.definition(shape->name)).as_object();
    std::set<std::string> members, required, properties;
    for (const catalog::MemberRule &member : shape->members) {
      members.emplace(member.name);
      if (member.required) required.emplace(member.name);
    }
    for (const auto &property : object.at("properties").as_object()) properties.emplace(property.key());
    CHECK(properties == members);
    CHECK(object.at("additionalProperties") == false);
    std::set<std::string> wanted = words(object.if_contains("required"));
    // The reader has reasons of their own for what these two must hold.
    if (shape->name == "add_on") wanted.erase("prices");
    if (shape->name == "one_time") wanted = {};
    CHECK(wanted == required);
  }
}

TEST_CASE("The schema has the reader's words and bounds") {
  const schema_subset::Validator validator = schema();
  const auto property = [&](std::string_view shape, std::string_view name) -> const json::object & {
    return validator.definition(shape).at("properties").at(name).as_object();
  };
  const auto same = [](const json::object &rule, std::span<const std::string_view> known) {
    return words(rule.if_contains("enum")) == std::set<std::string>(known.begin(), known.end());
  };
  CHECK(same(property("meter", "window"), catalog::windows));
  CHECK(same(property("price", "interval"), catalog::intervals));
  CHECK(same(property("defaults", "pause_collection"), catalog::pause_words));
  CHECK(property("defaults", "renewal_slack_hours").at("maximum") == catalog::slack_hours_max);
  CHECK(validator.definition("days").at("maximum") == catalog::days_max);
  CHECK(validator.definition("amount").at("maximum") == catalog::amount_max);
  CHECK(validator.definition("text").at("maxLength") == static_cast<std::int64_t>(catalog::text_max_bytes));
  CHECK(property("one_time", "credits").at("additionalProperties").at("maximum") == catalog::limit_max);
  CHECK(property("tier", "limits").at("additionalProperties").at("anyOf").at(0).at("maximum") == catalog::limit_max);
  CHECK(property("add_on", "limits").at("additionalProperties").at("anyOf").at(0).at("maximum") == catalog::limit_max);
}

TEST_CASE("What the reader accepts the schema accepts: the example, its resolved text, the documentation") {
  const schema_subset::Validator validator = schema();
  const std::string example = catalog_files::read(catalog_files::root() / "examples/catalog.json");
  CHECK(validator.valid(lenient(example)));
  CHECK(validator.valid(json::parse(read_catalog(example, {}).resolved).root));
  const auto blocks = examples(catalog_files::read(catalog_files::root() / "docs/catalog.md"));
  CHECK(blocks.size() == 2);
  for (const std::string &block : blocks) {
    const CatalogRead read = read_catalog(block, {});
    INFO(as_error(read, "docs/catalog.md").message);
    CHECK(read.mistakes.empty());
    CHECK(validator.valid(lenient(block)));
  }
}

TEST_CASE("The documentation's largest example uses every member of the format, and its table names every reason") {
  const std::string text = catalog_files::read(catalog_files::root() / "docs/catalog.md");
  const std::string largest = examples(text).at(1);
  for (const catalog::Shape *shape : catalog::shapes()) {
    for (const catalog::MemberRule &member : shape->members) {
      if (member.name == "$schema") continue;
      INFO(member.name);
      CHECK(largest.find("\"" + std::string(member.name) + "\":") != std::string::npos);
    }
  }
  for (const std::string_view reason : catalog_reasons()) {
    INFO(reason);
    CHECK(text.find("`" + std::string(reason) + "`") != std::string::npos);
  }
}

TEST_CASE("What the schema can see and the reader refuses, the schema refuses") {
  const schema_subset::Validator validator = schema();
  int refused = 0;
  for (const auto &path : catalog_files::bad()) {
    const std::string text = catalog_files::read(path);
    const auto expected = catalog_files::expected(text);
    const bool visible = std::any_of(expected.begin(), expected.end(), [](const auto &one) { return !beyond_schema.contains(one.reason); });
    if (!visible || path.stem() == "empty_catalog-blank") continue;
    INFO(path.filename().string());
    CHECK_FALSE(validator.valid(lenient(text)));
    ++refused;
  }
  CHECK(refused >= 12);
}
