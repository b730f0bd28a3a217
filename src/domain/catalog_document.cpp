#include "domain/catalog_document.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cctype>

#include "base/json.hpp"

namespace purser::domain::catalog {
namespace {

namespace bj = boost::json;

/// Builds the tree. The text comes line by line and no JSON token but a comment spans lines, so `line` is right for every token.
class Builder {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);
  using error_code = bj::error_code;
  using string_view = bj::string_view;

  int line = 1;
  std::optional<Node> root;

  bool on_document_begin(error_code &) { return true; }
  bool on_document_end(error_code &) { return true; }
  bool on_object_begin(error_code &) { return begin(Kind::object); }
  bool on_object_end(std::size_t, error_code &) { return end(); }
  bool on_array_begin(error_code &) { return begin(Kind::list); }
  bool on_array_end(std::size_t, error_code &) { return end(); }
  bool on_key_part(string_view part, std::size_t, error_code &) { return collect(part); }
  bool on_key(string_view rest, std::size_t, error_code &) {
    collect(rest);
    open_.back().node.members.push_back({std::exchange(token_, {}), next_place(), {}});
    return true;
  }
  bool on_string_part(string_view part, std::size_t, error_code &) { return collect(part); }
  bool on_string(string_view rest, std::size_t, error_code &) {
    collect(rest);
    return add(scalar(Kind::text));
  }
  bool on_number_part(string_view part, error_code &) { return collect(part); }
  bool on_int64(std::int64_t number, string_view rest, error_code &) {
    collect(rest);
    Node node = scalar(Kind::integer);
    node.integer = number;
    return add(std::move(node));
  }
  bool on_uint64(std::uint64_t, string_view rest, error_code &) {
    collect(rest);
    return add(scalar(Kind::number));
  }
  bool on_double(double, string_view rest, error_code &) {
    collect(rest);
    return add(scalar(Kind::number));
  }
  bool on_bool(bool value, error_code &) {
    Node node = scalar(Kind::boolean);
    node.boolean = value;
    return add(std::move(node));
  }
  bool on_null(error_code &) { return add(scalar(Kind::null)); }
  bool on_comment_part(string_view, error_code &) { return true; }
  bool on_comment(string_view, error_code &) { return true; }

  Place next_place() { return {line, order_++}; }
  bool anything_open() const { return !open_.empty(); }
  const Node &innermost() const { return open_.back().node; }
  /// Where the parser stands: `products.ultralead.tiers`.
  std::string path() const {
    std::string made;
    for (const Open &open : open_) {
      if (open.node.kind == Kind::list) {
        made += "[" + std::to_string(open.node.items.size()) + "]";
      } else if (!open.node.members.empty()) {
        if (!made.empty()) made += ".";
        made += open.node.members.back().key;
      }
    }
    return made;
  }

 private:
  struct Open {
    Node node;
  };

  bool collect(string_view part) {
    token_.append(part.data(), part.size());
    return true;
  }
  Node scalar(Kind kind) {
    Node node;
    node.kind = kind;
    node.place = next_place();
    node.text = std::exchange(token_, {});
    return node;
  }
  bool begin(Kind kind) {
    Node node;
    node.kind = kind;
    node.place = next_place();
    open_.push_back({std::move(node)});
    return true;
  }
  bool end() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    return add(std::move(node));
  }
  bool add(Node node) {
    if (open_.empty()) {
      root = std::move(node);
    } else if (open_.back().node.kind == Kind::list) {
      open_.back().node.items.push_back(std::move(node));
    } else {
      open_.back().node.members.back().value = std::move(node);
    }
    return true;
  }

  std::vector<Open> open_;
  std::string token_;
  int order_ = 0;
};

bj::parse_options options() {
  bj::parse_options made;
  made.max_depth = json::max_depth;
  made.allow_comments = true;
  made.allow_trailing_commas = true;
  return made;
}

/// The character at fault, printable: never more of the text than that.
std::string show(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] == '\n' || text[at] == '\r') return "the end of the line";
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x20 || byte >= 0x7f) return "a byte that cannot stand here";
  return std::string("'") + text[at] + "'";
}

std::string fix_for(std::string_view line, std::size_t at, bj::error_code error) {
  if (error == bj::error::too_deep) return "nest at most " + std::to_string(json::max_depth) + " deep";
  if (error == bj::error::extra_data) return "keep one object in the file and remove what follows it";
  const char found = at < line.size() ? line[at] : '\n';
  if (found == '"' || found == '{' || found == '[') return "put a comma or colon before it";
  if (found == '\'') return "use double quotes";
  if (found == '\n' || found == '\r') return "close the quote on the same line, or complete the value";
  if (std::isalpha(static_cast<unsigned char>(found)) != 0) return "put keys and texts in double quotes";
  return "write JSON here: comments and trailing commas are fine, other extensions are not";
}

SyntaxFault fault_at(Builder &builder, std::string_view line, std::size_t at, bj::error_code error) {
  const std::string column = "column " + std::to_string(at + 1);
  return {builder.next_place(), builder.path(), "expected JSON, found " + show(line, at) + " at " + column + " (" + error.message() + ")",
          fix_for(line, at, error)};
}

SyntaxFault unfinished(Builder &builder) {
  std::string message = "expected the file to go on, found its end";
  std::string fix = "complete the value or close the comment";
  if (builder.anything_open()) {
    const Node &open = builder.innermost();
    message += std::string(": ") + (open.kind == Kind::list ? "the list" : "the object") + " of line " + std::to_string(open.place.line) +
               " is open";
    fix = std::string("close it with ") + (open.kind == Kind::list ? "]" : "}") + ", and every comment with */";
  }
  return {builder.next_place(), builder.path(), message, fix};
}

}  // namespace

const char *describe(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "true or false";
    case Kind::integer: return "a whole number";
    case Kind::number: return "a number that is not whole or too large";
    case Kind::text: return "a text";
    case Kind::list: return "a list";
    case Kind::object: return "an object";
  }
  return "";
}

Document read_document(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  bj::basic_parser<Builder> parser(options());
  Builder &builder = parser.handler();
  bj::error_code error;
  for (std::size_t begin = 0; begin < text.size(); ++builder.line) {
    const std::size_t newline = text.find('\n', begin);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    const std::string_view line = text.substr(begin, end - begin);
    const std::size_t used = parser.write_some(true, line.data(), line.size(), error);
    if (!error && used < line.size()) error = bj::error::extra_data;
    if (error) return {std::nullopt, fault_at(builder, line, used, error)};
    begin = end;
    if (end == text.size() && newline == std::string_view::npos) break;
  }
  parser.write_some(false, "\n", 1, error);
  if (!error) return {std::move(builder.root), std::nullopt};
  const bool blank = !builder.root && !builder.anything_open() && error == bj::error::incomplete;
  if (blank) return {};
  return {std::nullopt, unfinished(builder)};
}

}  // namespace purser::domain::catalog
