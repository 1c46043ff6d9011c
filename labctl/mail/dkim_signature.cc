#include "labctl/mail/dkim_signature.h"

#include <charconv>

#include "labctl/base/text.h"

namespace labctl::mail {

DkimSignature parse_dkim_signature(std::string_view field_body) {
  DkimSignature signature;
  for (const auto& spec : split(field_body, ';')) {
    const auto equals = spec.find('=');
    if (equals == std::string::npos) continue;
    const auto name = trim(std::string_view(spec).substr(0, equals));
    const auto value = trim(std::string_view(spec).substr(equals + 1));
    if (name == "d") signature.domain = to_lower(value);
    if (name == "s") signature.selector = value;
    std::int64_t seconds = 0;
    if (name == "t" && std::from_chars(value.data(), value.data() + value.size(), seconds).ec == std::errc())
      signature.signed_at = seconds;
  }
  return signature;
}

}  // namespace labctl::mail
