#include "labctl/mail/rspamd_pre_result.h"

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/mail/structured_field.h"

namespace labctl::mail {

RspamdPreResult parse_rspamd_pre_result(std::string_view field_body) {
  RspamdPreResult result;
  std::size_t at = 0;
  // "key=value;" twice; the message is free text and may hold semicolons. The first of each counts.
  const auto take = [&](std::string_view key, std::string& value) {
    const auto end = std::min(field_body.find(';', at), field_body.size());
    const std::string piece = unfolded(field_body.substr(at, end - at));
    const auto text = trim(piece);
    if (!text.starts_with(key)) {
      result.defects.push_back({at, "expected " + std::string(key), std::string(field_body.substr(at, end - at))});
      return;
    }
    value = trim(text.substr(key.size()));
    at = std::min(end + 1, field_body.size());
  };
  take("action=", result.action);
  take("module=", result.module);
  result.message = trim(unfolded(field_body.substr(at)));
  return result;
}

}  // namespace labctl::mail
