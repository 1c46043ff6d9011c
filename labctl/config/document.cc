#include "labctl/config/document.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "labctl/base/file.h"

// Parse errors come as values. Where the parser asserts what a file can make untrue ("[;"), it goes on to its own
// error.
#define TOML_EXCEPTIONS 0
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

namespace labctl::config {
namespace {

Place place_of(const toml::source_region& region, const std::string& file) {
  return {file, static_cast<int>(region.begin.line), static_cast<int>(region.begin.column)};
}

Value converted(const toml::node& node, const std::string& file) {
  Value value;
  value.at = place_of(node.source(), file);
  node.visit([&](const auto& known) {
    using Node = std::decay_t<decltype(known)>;
    if constexpr (std::is_same_v<Node, toml::table>) {
      value.type = Type::table;
      for (const auto& [key, member] : known)
        value.members.push_back({std::string(key.str()), place_of(key.source(), file), converted(member, file)});
      // toml++ sorts by name; a person reads in the order of the file.
      std::ranges::stable_sort(value.members, {}, [](const Member& m) { return std::tuple(m.at.line, m.at.column); });
    } else if constexpr (std::is_same_v<Node, toml::array>) {
      value.type = Type::array;
      for (const auto& item : known) value.items.push_back(converted(item, file));
    } else if constexpr (std::is_same_v<Node, toml::value<std::string>>) {
      value.type = Type::string;
      value.text = known.get();
    } else if constexpr (std::is_same_v<Node, toml::value<std::int64_t>>) {
      value.type = Type::integer;
      value.integer = known.get();
      value.real = static_cast<double>(known.get());
    } else if constexpr (std::is_same_v<Node, toml::value<double>>) {
      value.type = Type::real;
      value.real = known.get();
    } else if constexpr (std::is_same_v<Node, toml::value<bool>>) {
      value.type = Type::boolean;
      value.boolean = known.get();
    } else {
      value.type = Type::time;
    }
  });
  return value;
}

}  // namespace

std::string Place::text() const { return fmt::format("{}:{}:{}", file, line, column); }

const Value* Value::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &Member::key);
  return found == members.end() ? nullptr : &found->value;
}

std::string Value::text_of(std::string_view key, std::string_view fallback) const {
  const auto* found = find(key);
  return found != nullptr ? found->text : std::string(fallback);
}

Result<Value> parse_document(std::string_view text, const std::string& file) {
  const toml::parse_result parsed = toml::parse(text, std::string_view(file));
  if (!parsed)
    return usage_error(std::string(parsed.error().description()), place_of(parsed.error().source(), file).text());
  Value root = converted(parsed.table(), file);
  root.at = {file, 1, 1};
  return root;
}

Result<Value> load_document(const std::string& path) {
  const auto text = read_file(path, 0, kLongestFile);
  if (!text) return usage_error(text.error().message, path, text.error().hint);
  return parse_document(*text, path);
}

}  // namespace labctl::config
