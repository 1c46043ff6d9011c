#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "labctl/base/error.h"
#include "labctl/base/language.h"
#include "labctl/config/document.h"

namespace labctl::config {

/// One key that a table may have.
struct Key {
  std::string_view name;
  unsigned types = static_cast<unsigned>(Type::string);
  bool required = false;
  std::string_view summary = {};  ///< one line for the generated reference
};

/// `usage`, placed at `at`.
std::unexpected<Error> bad_value(const Place& at, std::string message, std::string hint = {});

/// "a string or a table"
std::string type_names(unsigned types);

/// Checks that `value` is of one of `types`, and not empty when it is a string, an array or a table.
Result<void> check_type(const Value& value, unsigned types, std::string_view what);

/// Checks one table strictly: unknown key (with the nearest known one), wrong type, empty value, missing key.
/// @param what how the table is called in messages: "step", "lab.toml".
Result<void> check_table(const Value& table, std::span<const Key> keys, std::string_view what);

/// An integer member within bounds, or `fallback`.
Result<std::int64_t> integer_of(const Value& table, std::string_view key, std::int64_t least, std::int64_t most,
                                std::int64_t fallback);

/// A text in both languages: a table { ja = "…", en = "…" }, or one string for both.
Result<LocalText> local_text(const Value& value, std::string_view what);
inline constexpr unsigned kLocalText = Type::string | Type::table;

}  // namespace labctl::config
