#include "labctl/mail/address.h"

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/mail/structured_field.h"

namespace labctl::mail {
namespace {

/// addr-spec (RFC 5322 section 3.4.1): only a quoted local part may hold white space or specials.
bool is_address(std::string_view address) {
  const auto at = address.rfind('@');
  if (at == std::string_view::npos || at == 0 || at + 1 == address.size()) return false;
  const auto domain = address.substr(at + 1);
  if (domain.front() == '[' ? domain.back() != ']' : domain.find_first_of("[]") != std::string_view::npos) return false;
  constexpr std::string_view kSpecials = " \t\r\n()<>,;:\\\"";
  if (domain.find_first_of(domain.front() == '[' ? kSpecials.substr(0, 4) : kSpecials) != std::string_view::npos)
    return false;
  const auto local = address.substr(0, at);
  if (local.starts_with('"') && (local.size() < 2 || !local.ends_with('"'))) return false;
  return find_unquoted(local, " \t\r\n<>,;:@") == std::string_view::npos;
}

}  // namespace

std::optional<std::string> first_address(std::string_view field_value) {
  const std::string text = without_comments(field_value);
  std::string_view address = text;
  if (const auto special = find_unquoted(text, "<,"); special != std::string::npos && text[special] == '<') {
    const auto close = find_unquoted(text, ">", special);
    if (close == std::string::npos) return std::nullopt;
    address = address.substr(special + 1, close - special - 1);
    // RFC 5322 section 4.4: an obsolete route, "<@a,@b:user@c>".
    if (address.starts_with('@')) address.remove_prefix(std::min(address.find(':'), address.size() - 1) + 1);
  } else {
    address = address.substr(0, special);
  }
  address = trim(address);
  if (!is_address(address)) return std::nullopt;
  const auto at = address.rfind('@');
  return std::string(address.substr(0, at + 1)) + to_lower(address.substr(at + 1));
}

bool is_addr_spec(std::string_view text) {
  const auto address = first_address(text);
  return address && same_address(*address, text);
}

std::string_view domain_of(std::string_view address) { return address.substr(address.rfind('@') + 1); }

bool same_address(std::string_view a, std::string_view b) {
  const auto at_a = a.rfind('@');
  const auto at_b = b.rfind('@');
  if (at_a == std::string_view::npos || at_b == std::string_view::npos) return a == b;
  return a.substr(0, at_a) == b.substr(0, at_b) && equal_ignoring_case(a.substr(at_a), b.substr(at_b));
}

}  // namespace labctl::mail
