#include "labctl/mail/authentication_results_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/mail/message.h"

namespace labctl::mail {
namespace {

/// A field's body has neither before its first colon, but in comments and values: "a; iprev=pass policy.iprev=::1".
bool begins_with_field(std::string_view text) {
  const auto name = text.substr(0, text.find(':'));
  return name.size() < text.size() && !name.empty() && name.find_first_of(" \t\r\n;=(\"") == std::string_view::npos;
}

/// "i=1;" stands before an authserv-id in ARC-Authentication-Results only (RFC 8617 section 4.1.1).
AuthenticationResults read_bare(std::string_view text, bool& arc) {
  auto field = parse_arc_authentication_results(text);
  arc = field.instance > 0;
  return arc ? field : parse_authentication_results(text);
}

}  // namespace

Result<AuthenticationResultsText> read_authentication_results(std::string_view text) {
  // A message in an mbox, or in a spool of Postfix's or procmail's.
  if (text.starts_with("From ")) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  if (trim(text).empty())
    return usage_error("there is nothing to read", {},
                       "give a message, its header, one Authentication-Results field, or what stands behind its colon");
  AuthenticationResultsText found;
  if (!begins_with_field(text)) {
    if (const auto nul = text.find('\0'); nul != std::string_view::npos)
      return usage_error(fmt::format("this is no text: octet {} is NUL", nul), {},
                         "a compressed or encoded message has to be unpacked first");
    bool arc = false;
    auto field = read_bare(text, arc);
    (arc ? found.arc_fields : found.fields).push_back(std::move(field));
    return found;
  }
  const auto message = Message::parse(text);
  for (const auto& field : message.fields()) {
    const auto name = trim(field.name);
    if (equal_ignoring_case(name, "Authentication-Results"))
      found.fields.push_back(parse_authentication_results(field.raw));
    else if (equal_ignoring_case(name, "ARC-Authentication-Results"))
      found.arc_fields.push_back(parse_arc_authentication_results(field.raw));
    else
      ++found.other_fields;
  }
  return found;
}

}  // namespace labctl::mail
