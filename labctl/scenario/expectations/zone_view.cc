#include "labctl/scenario/expectations/zone_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace {

const dns::Answer* find(const std::vector<dns::Answer>& answers, const Question& question) {
  const auto found = std::ranges::find_if(answers, [&](const dns::Answer& answer) {
    return equal_ignoring_case(answer.name, question.name) && equal_ignoring_case(answer.type, question.type);
  });
  return found == answers.end() ? nullptr : &*found;
}

/// Whether two servers say the same, whatever is left of the TTL.
bool same_rdata(const std::vector<dns::Record>& a, const std::vector<dns::Record>& b) {
  const auto sorted = [](const std::vector<dns::Record>& records) {
    std::vector<std::string> texts;
    for (const auto& record : records) texts.push_back(record.rdata);
    std::ranges::sort(texts);
    return texts;
  };
  return sorted(a) == sorted(b);
}

}  // namespace

std::string zone_of(const evidence::StepEvidence& evidence) {
  if (const auto* edited = std::get_if<evidence::ZoneEdited>(&evidence.seen)) return edited->zone;
  return std::get<evidence::RecordsSeen>(evidence.seen).zone;
}

ZoneView view(const evidence::StepEvidence& evidence, const Question& question) {
  const auto* edited = std::get_if<evidence::ZoneEdited>(&evidence.seen);
  const auto& authority = edited != nullptr ? edited->authority : std::get<evidence::RecordsSeen>(evidence.seen);
  ZoneView view{.server = authority.server, .zone = zone_of(evidence)};
  const auto* answer = find(authority.answers, question);
  if (answer == nullptr) {
    view.trouble = fmt::format("{} was not asked for {}", authority.server, question.text());
    return view;
  }
  if (answer->rcode != "NOERROR" && answer->rcode != "NXDOMAIN") {
    view.trouble = fmt::format("{} answers {} for {}", authority.server, printable(answer->rcode), question.text());
    return view;
  }
  view.records = answer->records;
  if (edited != nullptr)
    if (const auto* cached = find(edited->resolver.answers, question);
        cached != nullptr && !same_rdata(cached->records, answer->records))
      view.stale = fmt::format("{} still says {}", edited->resolver.server, shown_records(cached->records));
  return view;
}

std::string shown_records(const std::vector<dns::Record>& records) {
  std::vector<std::string> texts;
  for (const auto& record : records) texts.push_back(record.rdata);
  return texts.empty() ? "nothing" : shown(join(texts, ", "));
}

ExpectationVerdict no_zone_answer(std::string that, std::string expected, const ZoneView& view) {
  const std::string& what = view.trouble.empty() ? view.stale : view.trouble;
  return no_answer(std::move(that), std::move(expected), what,
                   {fmt::format("DNSサーバの応答から判定できません: {}", what),
                    fmt::format("the name servers' answers can't be judged: {}", what)});
}

}  // namespace labctl::scenario
