// JSON on standard output: compact, one line, keys in the order written.
#ifndef PURSER_CLI_JSON_HPP
#define PURSER_CLI_JSON_HPP
#include <cstdint>
#include <string>
#include <string_view>

namespace purser::cli {

/// `Json().object().key("a").number(1).end()`. Commas come by themselves.
class Json {
 public:
  Json &object() { return open('{', '}'); }
  Json &array() { return open('[', ']'); }
  Json &end();
  Json &key(std::string_view name);
  Json &text(std::string_view value);
  Json &text_or_null(std::string_view value) { return value.empty() ? null() : text(value); }
  Json &number(std::int64_t value) { return raw(std::to_string(value)); }
  Json &boolean(bool value) { return raw(value ? "true" : "false"); }
  Json &null() { return raw("null"); }
  const std::string &written() const { return out_; }

 private:
  Json &open(char first, char last);
  Json &raw(std::string_view value);
  void separate();

  std::string out_;
  std::string closing_;  ///< what is open, innermost last
  bool first_ = true;    ///< nothing was written yet in the innermost
};

}  // namespace purser::cli
#endif
