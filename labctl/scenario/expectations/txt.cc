#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"
#include "labctl/scenario/expectations/zone_view.h"
#include "labctl/scenario/values.h"

namespace labctl::scenario {
namespace txt_expectation {

Result<void> check(const config::Value& expected) {
  LABCTL_TRY(check_alternative_members(expected));
  for (const auto& member : expected.members)
    if (const auto name = dns::absolute_name(member.key, specimen_lab().participants.front().zone); !name)
      return std::unexpected(name.error().at(member.at.text()));
  return {};
}

std::string squeezed(std::string_view text) {
  std::string kept;
  for (const char c : text)
    if (c != ' ' && c != '\t') kept += c;
  return kept;
}

/// "v=DMARC1" of a record of tags; empty when it doesn't begin with its version.
std::string version_of(const dns::Record& record) {
  const std::string text = squeezed(dns::txt_content(record).value_or(""));
  return text.starts_with("v=") ? text.substr(0, text.find(';')) : std::string();
}

/// Whether the text has every part, however it is spaced: "p=none" is in "v=DMARC1;p = none".
bool has_parts(const dns::Record& record, const std::vector<std::string>& parts) {
  const auto content = dns::txt_content(record);
  if (!content) return false;
  // A part ends where its tag ends: "p=none" is not in "p=nonesuch" (RFC 6376 section 3.2 for the tag list).
  const std::string text = squeezed(*content) + ";";
  return std::ranges::all_of(parts, [&](const std::string& part) {
    const std::string wanted = squeezed(part);
    const auto at = (";" + text).find(";" + wanted);
    if (at == std::string::npos) return false;
    return wanted.ends_with('=') || text.compare(at + wanted.size(), 1, ";") == 0;
  });
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  std::vector<ExpectationVerdict> verdicts;
  for (const auto& member : expected.members) {
    const auto name = dns::absolute_name(member.key, zone_of(evidence));
    const auto parts = alternatives(member.value);
    const std::string wanted = join(parts, "; ");
    const std::string that = "txt " + member.key;
    if (!name) {
      verdicts.push_back(no_answer(that, wanted, "", {name.error().message, name.error().message}));
      continue;
    }
    const auto found = view(evidence, {*name, "TXT"});
    const auto one = std::ranges::find_if(found.records, [&](const auto& record) { return has_parts(record, parts); });
    // Of two records of one version none counts (RFC 7489 section 6.6.3, RFC 7208 section 4.5), whatever they say.
    const bool holds =
        one != found.records.end() && std::ranges::count_if(found.records, [&](const dns::Record& record) {
                                        return version_of(record) == version_of(*one) &&
                                               (!version_of(*one).empty() || has_parts(record, parts));
                                      }) == 1;
    if (!found.trouble.empty() || (holds && !found.stale.empty())) {
      verdicts.push_back(no_zone_answer(that, wanted, found));
      continue;
    }
    const std::string actual = shown_records(found.records);
    verdicts.push_back(verdict(that, holds, wanted, actual,
                               {fmt::format("{}の{} TXTは {} です", found.server, *name, actual),
                                fmt::format("{} has for {} TXT: {}", found.server, *name, actual)}));
  }
  return verdicts;
}

}  // namespace txt_expectation

constinit const ExpectationKind kTxt{
    .key = "txt",
    .summary =
        "tags that the one TXT record of a name has: { _dmarc = [\"v=DMARC1\", \"p=none\"] }; \"p=\" takes any value",
    .judges = Leaves::zone,
    .types = static_cast<unsigned>(config::Type::table),
    .check = txt_expectation::check,
    .judge = txt_expectation::judge};

}  // namespace labctl::scenario
