#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/evaluate/macro.h"

namespace labctl::evaluate {

/// One tag=value of a DKIM key or DMARC record (RFC 6376 section 3.2).
struct Tag {
  std::string name;   ///< as it stands
  std::string value;  ///< without blanks around it
  std::size_t column = 0;
};

/// A tag list, read to its end whatever is wrong with it.
struct TagList {
  std::vector<Tag> tags;
  std::vector<Problem> problems;  ///< parts that are no tag, and names that stand twice

  /// The first tag of that name, whatever its case.
  [[nodiscard]] const Tag* find(std::string_view name) const;
};

TagList parse_tag_list(std::string_view text);

}  // namespace labctl::evaluate
