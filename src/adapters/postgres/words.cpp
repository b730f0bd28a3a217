#include "adapters/postgres/words.hpp"

#include <algorithm>

namespace purser::adapters {
namespace {

bool starts_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool goes_on(char c) { return starts_name(c) || is_digit(c) || c == '$'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  SqlWords read() {
    while (at_ < sql_.size()) step();
    return std::move(found_);
  }

 private:
  char here(std::size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  void step() {
    const char c = here();
    if (is_space(c)) {
      ++at_;
    } else if (c == '-' && here(1) == '-') {
      at_ = std::min(sql_.find_first_of("\r\n", at_), sql_.size());
    } else if (c == '/' && here(1) == '*') {
      comment();
    } else if (c == ';') {
      ++at_;
      after(' ');
    } else {
      found_.empty = false;
      token(c);
    }
  }

  void token(char c) {
    if (c == '\'') {
      text(false);
    } else if (c == '"') {
      quoted_name();
    } else if (c == '$') {
      dollar();
    } else if (starts_name(c)) {
      name();
    } else if (is_digit(c)) {
      while (is_digit(here()) || here() == '.') ++at_;
      after('0');
    } else {
      if (c == '(' && name_is_last_) found_.words.back().called = true;
      ++at_;
      after(c);
    }
  }

  /// What the last token was, as far as the next one cares.
  void after(char c) {
    name_is_last_ = false;
    dot_is_last_ = c == '.';
  }

  void comment() {
    int depth = 0;  // PostgreSQL's comments nest
    while (at_ < sql_.size()) {
      if (here() == '/' && here(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (here() == '*' && here(1) == '/') {
        at_ += 2;
        if (--depth == 0) return;
      } else {
        ++at_;
      }
    }
  }

  void text(bool backslashes) {
    for (++at_; at_ < sql_.size(); ++at_) {
      if (backslashes && here() == '\\') {
        ++at_;
      } else if (here() == '\'') {
        if (here(1) != '\'') break;
        ++at_;
      }
    }
    at_ = std::min(at_ + 1, sql_.size());
    after('\'');
  }

  void add(std::string name, bool quoted) {
    found_.words.push_back({std::move(name), quoted, false, dot_is_last_});
    after('a');
    name_is_last_ = true;
  }

  void quoted_name() {
    std::string name;
    for (++at_; at_ < sql_.size(); ++at_) {
      if (here() == '"') {
        if (here(1) != '"') break;
        ++at_;
      }
      name += here();
    }
    at_ = std::min(at_ + 1, sql_.size());
    add(std::move(name), true);
  }

  void dollar() {
    if (is_digit(here(1))) {
      std::size_t number = 0;
      for (++at_; is_digit(here()); ++at_) number = std::min<std::size_t>(number * 10 + static_cast<std::size_t>(here() - '0'), 100'000);
      found_.parameters = std::max(found_.parameters, number);
      return after('0');
    }
    std::size_t end = at_ + 1;  // $tag$ … $tag$
    while (end < sql_.size() && sql_[end] != '$' && goes_on(sql_[end])) ++end;
    if (end >= sql_.size() || sql_[end] != '$') {
      ++at_;
      return after('$');
    }
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    const std::size_t close = sql_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
    after('\'');
  }

  void name() {
    const std::size_t from = at_;
    while (goes_on(here())) ++at_;
    std::string name(sql_.substr(from, at_ - from));
    for (char &c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (here() == '\'' && name == "e") return text(true);
    if (here() == '\'' && (name == "b" || name == "x" || name == "n")) return text(false);
    if (name == "u" && here() == '&' && (here(1) == '\'' || here(1) == '"')) {
      found_.unicode_escapes = true;
      ++at_;
      return after('&');
    }
    add(std::move(name), false);
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  bool name_is_last_ = false, dot_is_last_ = false;
  SqlWords found_;
};

}  // namespace

SqlWords sql_words(std::string_view sql) { return Lexer(sql).read(); }

}  // namespace purser::adapters
