#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"

namespace labctl::config {

/// Where a value stands in its file.
struct Place {
  std::string file;
  int line = 0;    ///< from 1
  int column = 0;  ///< from 1
  /// "file:line:column"
  [[nodiscard]] std::string text() const;
};

/// The types of TOML, as bits so that a key can allow several.
enum class Type : unsigned { string = 1, integer = 2, real = 4, boolean = 8, time = 16, array = 32, table = 64 };
constexpr unsigned operator|(Type a, Type b) { return static_cast<unsigned>(a) | static_cast<unsigned>(b); }
constexpr unsigned operator|(unsigned a, Type b) { return a | static_cast<unsigned>(b); }

struct Member;

/// One value of a file that a person wrote, with its place. A tree of these is all that the rest of labctl sees of a
/// TOML file.
struct Value {
  Type type = Type::table;
  Place at;
  std::string text;  ///< of a string
  std::int64_t integer = 0;
  double real = 0;  ///< also of an integer
  bool boolean = false;
  std::vector<Value> items;     ///< of an array
  std::vector<Member> members;  ///< of a table, in the order of the file

  /// The member named `key`; null when there is none.
  [[nodiscard]] const Value* find(std::string_view key) const;
  /// The string member named `key`, or `fallback`.
  [[nodiscard]] std::string text_of(std::string_view key, std::string_view fallback = {}) const;
};

/// One member of a table.
struct Member {
  std::string key;
  Place at;  ///< of the key
  Value value;
};

inline constexpr std::size_t kLongestFile = 1U << 20U;  ///< bytes; nobody writes a longer one by hand

/// Parses TOML. Errors: `usage` at file:line:column.
Result<Value> parse_document(std::string_view text, const std::string& file);

/// Reads and parses a file. Errors: `usage` for one that can't be read or parsed.
Result<Value> load_document(const std::string& path);

}  // namespace labctl::config
