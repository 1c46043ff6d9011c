#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/mail/field_cursor.h"

namespace labctl::mail {

/// One symbol of X-Spamd-Result: "RDNS_NONE(2.00)[]".
struct Symbol {
  std::string name;
  double score = 0;
  std::vector<std::string> options;
};

/// Rspamd's X-Spamd-Result field: "default: False [3.49 / 15.00]; SYMBOL(score)[options]; …".
struct SpamdResult {
  std::string metric;
  bool spam = false;
  double score = 0;
  double required = 0;
  std::vector<Symbol> symbols;
  std::vector<FieldDefect> defects;  ///< what is no symbol

  [[nodiscard]] const Symbol* find(std::string_view name) const;
};

/// None when the metric and its score can't be read.
std::optional<SpamdResult> parse_spamd_result(std::string_view field_body);

/// The symbols of Rspamd's verdict line in its log: "(default: T (reject): [0.00/15.00]
/// [R_SPF_FAIL(0.00){-all:c;},DMARC_POLICY_REJECT(0.00){…;}]), len: …". None for a line that has no such list.
std::optional<SpamdResult> spamd_result_in_log(std::string_view line);

}  // namespace labctl::mail
