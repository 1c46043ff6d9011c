#include "labctl/base/text.h"
#include "labctl/evaluate/tag_list.h"
#include "labctl/lint/dkim_key.h"
#include "labctl/lint/lint.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/txt_record.h"

// The key record as its tags are read, what lint finds in it, and the text taken for a key in DER.
void fuzz(std::string_view text) {
  using namespace labctl;
  const auto list = evaluate::parse_tag_list(text);
  for (const auto& tag : list.tags) {
    FUZZ_CHECK(tag.column >= 1 && text.substr(tag.column - 1, tag.name.size()) == tag.name);
    FUZZ_CHECK(list.find(tag.name) != nullptr);
  }
  for (const auto& problem : list.problems) FUZZ_CHECK(problem.column >= 1 && problem.column <= text.size() + 1);

  if (const auto bits = lint::rsa_bits(text)) FUZZ_CHECK(*bits <= 8 * text.size());

  lint::WrittenZone zone{.apex = "d.example.", .file = "d.example.zone", .lines = {}};
  zone.lines.push_back({.record = txt_record("s._domainkey.d.example.", text), .line = 1, .text = {}});
  for (const auto& finding : lint::lint({std::move(zone)})) {
    FUZZ_CHECK(!finding.id.empty() && !finding.source.empty());
    FUZZ_CHECK(!finding.message.ja.empty() && !finding.message.en.empty() && !finding.advice.en.empty());
  }
}
