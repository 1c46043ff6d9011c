#include <algorithm>
#include <string>

#include "labctl/mail/authentication_results_text.h"
#include "labctl/mail/dialect.h"
#include "labctl/mail/received_spf.h"
#include "tests/fuzz/fuzz_target.h"

namespace labctl::mail {
namespace {

void check(const std::vector<FieldDefect>& defects, std::string_view text) {
  for (const auto& defect : defects) {
    FUZZ_CHECK(defect.position <= text.size());
    FUZZ_CHECK(defect.text.size() <= text.size() - defect.position);
    FUZZ_CHECK(text.substr(defect.position, defect.text.size()) == defect.text);
  }
  FUZZ_CHECK(std::ranges::is_sorted(defects, {}, &FieldDefect::position));
}

void check(const AuthenticationResults& field, std::string_view text) {
  check(field.defects, text);
  // Whatever is read without a defect has all its parts; a pass is never read out of something longer.
  for (const auto& result : field.results) {
    FUZZ_CHECK(!result.method.empty());
    FUZZ_CHECK(!field.defects.empty() || !result.result.empty());
  }
  FUZZ_CHECK(!field.defects.empty() || field.none != !field.results.empty());
  for (const auto& dialect : dialects()) FUZZ_CHECK(dialect.read(field).size() >= field.results.size());
}

}  // namespace
}  // namespace labctl::mail

void fuzz(std::string_view text) {
  using namespace labctl::mail;
  check(parse_authentication_results(text), text);
  check(parse_arc_authentication_results(text), text);
  check(parse_received_spf(text).defects, text);
  static_cast<void>(read_authentication_results(text));
}
