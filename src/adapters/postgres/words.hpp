// PostgreSQL's lexer, as far as questions about a text need it: which names it holds, which parameters.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace purser::adapters {

/// A name in a statement, folded as PostgreSQL folds it.
struct SqlWord {
  std::string text;
  bool quoted = false;
  bool called = false;     ///< a parenthesis follows: a function, or a keyword
  bool after_dot = false;  ///< `a.b` may call b on the row a
};
struct SqlWords {
  std::vector<SqlWord> words;
  std::size_t parameters = 0;    ///< the highest $n
  bool empty = true;             ///< nothing but white space, comments and semicolons
  bool unicode_escapes = false;  ///< a U& name or text: names are not what they look like
};
SqlWords sql_words(std::string_view sql);

}  // namespace purser::adapters
