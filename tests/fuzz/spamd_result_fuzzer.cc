#include <cmath>

#include "labctl/mail/rspamd_pre_result.h"
#include "labctl/mail/spamd_result.h"
#include "tests/fuzz/fuzz_target.h"

void fuzz(std::string_view text) {
  using namespace labctl::mail;
  if (const auto result = parse_spamd_result(text)) {
    FUZZ_CHECK(std::isfinite(result->score) && std::isfinite(result->required));
    for (const auto& symbol : result->symbols) {
      FUZZ_CHECK(!symbol.name.empty() && std::isfinite(symbol.score));
      FUZZ_CHECK(result->find(symbol.name) != nullptr);
    }
    for (const auto& defect : result->defects)
      FUZZ_CHECK(text.substr(defect.position, defect.text.size()) == defect.text);
  }
  static_cast<void>(parse_rspamd_pre_result(text));
}
