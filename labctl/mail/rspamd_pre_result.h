#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/mail/field_cursor.h"

namespace labctl::mail {

/// Rspamd's X-Rspamd-Pre-Result field: the module that decided before the scores were summed, and its action:
/// "action=add header; module=dmarc; Action set by DMARC".
struct RspamdPreResult {
  std::string action;   ///< "add header", "reject", "soft reject" …
  std::string module;   ///< "dmarc"
  std::string message;  ///< what stands behind them
  std::vector<FieldDefect> defects;
};

/// Never fails: what can't be read is a defect.
RspamdPreResult parse_rspamd_pre_result(std::string_view field_body);

}  // namespace labctl::mail
