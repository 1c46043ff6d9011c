#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/language.h"

namespace labctl::lint {

/// How bad a finding is.
enum class Severity {
  error,    ///< receivers will not do what the record asks
  warning,  ///< it works, and is likely not what was meant
  notice,   ///< good to know
};
std::string_view name_of(Severity severity);

/// Something about a record, told to the person who wrote it.
struct Finding {
  std::string id;  ///< "spf.plus-all"
  Severity severity = Severity::error;
  std::string file;
  std::size_t line = 0;  ///< 0: of no line
  std::string owner;     ///< absolute
  LocalText message;     ///< what is so
  LocalText advice;      ///< what to write instead
  std::string source;    ///< "RFC 7208 section 4.5"
};

using Findings = std::vector<Finding>;

}  // namespace labctl::lint
