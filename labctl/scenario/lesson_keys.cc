#include "labctl/scenario/lesson_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/dkim/signature.h"

namespace labctl::scenario {
namespace {

constexpr std::size_t kLongestKey = 16U << 10U;

std::string key_directory() { return data_directory() + "/mail-samples/keys"; }

Placeholders read_public_halves() {
  Placeholders values;
  for (const auto& name : lesson_key_names()) {
    const auto pem = lesson_key(name);
    const auto half = pem ? dkim::public_half(*pem) : Result<std::string>(std::unexpect, pem.error());
    if (half) values.emplace("key." + name, *half);
  }
  return values;
}

}  // namespace

std::vector<std::string> lesson_key_names() {
  std::vector<std::string> names;
  std::error_code code;
  for (const auto& entry : std::filesystem::directory_iterator(key_directory(), code))
    if (entry.path().extension() == ".pem") names.push_back(entry.path().stem());
  std::ranges::sort(names);
  return names;
}

Result<std::string> lesson_key(std::string_view name) {
  const auto known = lesson_key_names();
  if (std::ranges::find(known, name) == known.end()) {
    const auto meant = nearest(name, known);
    return usage_error(fmt::format("mail-samples/keys has no key '{}'", printable(name)), {},
                       meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
  }
  return read_file(fmt::format("{}/{}.pem", key_directory(), name), 0, kLongestKey);
}

const Placeholders& lesson_key_values() {
  static const Placeholders values = read_public_halves();
  return values;
}

}  // namespace labctl::scenario
