#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace labctl {

/// '0' to '9', whatever the locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
/// Blank, tab, CR or LF.
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
std::string_view trim(std::string_view text);
/// Pieces between `separator`; empty pieces are kept.
std::vector<std::string> split(std::string_view text, char separator);
/// Lines without their line ends (LF or CRLF); no empty last line.
std::vector<std::string> lines_of(std::string_view text);
std::string join(std::span<const std::string> parts, std::string_view separator);
/// ASCII only, as domain names and header names want it.
std::string to_lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
/// Well-formed by RFC 3629; control characters count as text.
bool is_utf8(std::string_view text);
/// Bytes at the start of `text` that are text: white space (is_space), printable ASCII, UTF-8 without control
/// characters.
std::size_t text_length(std::string_view text);
/// Bytes outside printable ASCII and UTF-8 text become \xNN, so that untrusted text can be shown on a terminal.
std::string printable(std::string_view text);
/// Columns that `text` takes on a terminal (East Asian wide characters take two).
std::size_t display_width(std::string_view utf8);

/// The word of `known` that `word` was probably meant to be, by edit distance, or as the only one that
/// begins so; none when nothing is near.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string> known);

}  // namespace labctl
