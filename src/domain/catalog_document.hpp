// A catalog's text as a tree that knows where everything stands. Private to the catalog's reader.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace purser::domain::catalog {

/// Where a key or value begins. `order` counts keys and values through the file, so that two on one line keep their order.
struct Place {
  int line = 1;
  int order = 0;
};

enum class Kind { null, boolean, integer, number, text, list, object };
/// `a list`, `a whole number` … for messages.
const char *describe(Kind kind);

struct Member;
/// One JSON value. `number` is every number with a point, an exponent or more digits than 64 bits hold.
struct Node {
  Kind kind = Kind::null;
  Place place;
  bool boolean = false;
  std::int64_t integer = 0;
  std::string text;  ///< of a text; of a number as it was written
  std::vector<Node> items;
  std::vector<Member> members;  ///< in file order, repeated keys included
};
struct Member {
  std::string key;
  Place place;
  Node value;
};

struct SyntaxFault {
  Place place;
  std::string path;
  std::string message;
  std::string fix;
};
struct Document {
  std::optional<Node> root;          ///< absent when the text is no JSON
  std::optional<SyntaxFault> fault;  ///< absent, too, when the text is blank
};
/// JSON with comments, trailing commas and a byte order mark. Valid UTF-8, nesting <= json::max_depth.
Document read_document(std::string_view text);

}  // namespace purser::domain::catalog
