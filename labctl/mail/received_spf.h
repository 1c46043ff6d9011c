#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labctl/mail/field_cursor.h"

namespace labctl::mail {

/// A Received-SPF field (RFC 7208 section 9.1): "pass (comment) client-ip=198.18.0.7; envelope-from=…; helo=…;".
struct ReceivedSpf {
  std::string result;  ///< "pass", lower case
  std::vector<std::string> comments;
  std::vector<std::pair<std::string, std::string>> pairs;  ///< key, lower case, and value
  std::vector<FieldDefect> defects;

  [[nodiscard]] const std::string* find(std::string_view key) const;
};

/// Never fails: what can't be read is a defect. Wider than the grammar, since receivers are: values that aren't quoted
/// may hold what no dot-atom may, and the semicolon between pairs may lack.
ReceivedSpf parse_received_spf(std::string_view field_body);

}  // namespace labctl::mail
