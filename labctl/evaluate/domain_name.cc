#include "labctl/evaluate/domain_name.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"

namespace labctl::evaluate {

std::string normal_name(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  return to_lower(name);
}

std::string zone_name(std::string_view normal) {
  std::string name;
  for (const auto& label : labels_of(normal)) {
    for (const char c : label) {
      constexpr std::string_view kSpecial = ";()\\";
      if (kSpecial.find(c) != std::string_view::npos)
        name += fmt::format("\\{}", c);
      else if (c <= ' ' || c > '~')
        name += fmt::format("\\{:03}", static_cast<unsigned char>(c));
      else
        name += c;
    }
    name += '.';
  }
  return name.empty() ? "." : name;
}

std::vector<std::string> labels_of(std::string_view normal) {
  return normal.empty() ? std::vector<std::string>{} : split(normal, '.');
}

std::string last_labels(std::string_view normal, std::size_t count) {
  std::size_t at = normal.size();
  while (count > 0 && at != 0) {
    const auto dot = normal.rfind('.', at - 1);
    if (dot == std::string_view::npos) return std::string(normal);
    at = dot;
    --count;
  }
  return at == normal.size() ? "" : std::string(normal.substr(at + (normal[at] == '.' ? 1 : 0)));
}

std::string parent_of(std::string_view normal) {
  const auto dot = normal.find('.');
  return dot == std::string_view::npos ? "" : std::string(normal.substr(dot + 1));
}

bool is_queryable(std::string_view normal) {
  constexpr std::size_t kLongestName = 253;
  constexpr std::size_t kLongestLabel = 63;
  if (normal.empty() || normal.size() > kLongestName) return false;
  return std::ranges::all_of(labels_of(normal),
                             [](const auto& label) { return !label.empty() && label.size() <= kLongestLabel; });
}

bool is_at_or_below(std::string_view name, std::string_view above) {
  return name == above ||
         (name.size() > above.size() && name.ends_with(above) && name[name.size() - above.size() - 1] == '.');
}

bool is_mail_domain(std::string_view normal) {
  return is_queryable(normal) && std::ranges::all_of(normal, [](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_' || c == '.';
         });
}

}  // namespace labctl::evaluate
