// What the readers say of recorded answers, as the lines of exchange_table.tsv (make_exchange_table.py describes the columns).
#pragma once
#include <string>
#include <vector>

#include "corpus.hpp"
#include "stripe/failure.hpp"
#include "stripe/reader.hpp"

namespace purser::test {

/// `name=value` where there is a value, joined by blanks.
class Facts {
 public:
  Facts &add(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    if (!text_.empty()) text_ += ' ';
    text_.append(name).append("=").append(value);
    return *this;
  }
  Facts &add(std::string_view name, std::int64_t number) { return add(name, number == 0 ? std::string() : std::to_string(number)); }
  Facts &mark(std::string_view name, bool set) { return add(name, set ? "True" : ""); }
  const std::string &text() const { return text_; }

 private:
  std::string text_;
};

/// One line but for where it stood.
struct Said {
  std::string status, customer;
  std::int64_t period_end_s = 0;
  std::string subscription;
  Facts facts;
};

/// From the record that would be stored, read back: what it lost is lost here too.
Said said_of(const stripe::Observation &o);
/// All lines of all recordings, and of all files of example objects, of a folder.
std::vector<std::string> exchange_rows(const std::filesystem::path &folder);

/// One line for each event of a folder.
std::vector<std::string> event_rows(const std::filesystem::path &folder);

}  // namespace purser::test
