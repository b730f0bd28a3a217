// What people read: colour where it is seen, columns that line up, moments and numbers with separators.
#ifndef PURSER_CLI_TERMINAL_HPP
#define PURSER_CLI_TERMINAL_HPP
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace purser::cli {

enum class Colour { bold, dim, green, yellow, red };

/// Whether standard output or standard error is a terminal.
bool output_is_terminal();
bool errors_are_terminal();

/// Coloured on a terminal without NO_COLOR (no-color.org), else as it is.
std::string coloured(Colour colour, std::string_view text);

/// Columns padded to their widest cell, indented by two, without trailing blanks. Colour escapes take no room.
std::string table(const std::vector<std::vector<std::string>> &rows);

std::string grouped(std::int64_t number);  ///< 12,345
/// "2026-03-01 12:00:00 UTC"; "no end known" for INT64_MAX
std::string moment(std::int64_t unix_ms);
/// 4900, usd -> "49.00 usd"; 4900, jpy -> "4,900 jpy"
std::string money(std::int64_t minor, const std::string &currency);
/// "1 gap", "2 gaps"
std::string counted(std::int64_t count, const std::string &what);
/// Bold, after an empty line.
std::string heading(const std::string &text);
/// Control characters as "?": what comes from a store or a file must not drive the terminal.
std::string printable(std::string_view text);

/// To standard output or standard error. A closed pipe ends quietly, a full disk throws.
void print(std::string_view text);
void print_error(std::string_view text);

}  // namespace purser::cli
#endif
