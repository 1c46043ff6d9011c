#pragma once

#include <string>
#include <string_view>

namespace labctl::report {

/// `text` as character data or as an attribute's value between double quotes, of XML 1.0 (section 2.2) and of HTML
/// alike: printable() leaves no control character but tab and newline, and those become references.
std::string escaped(std::string_view text);

}  // namespace labctl::report
