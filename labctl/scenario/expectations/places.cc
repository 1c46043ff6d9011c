#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "labctl/base/text.h"
#include "labctl/scenario/expectations/day_tools.h"
#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/expectations/rows.h"
#include "labctl/scenario/expectations/tools.h"

namespace labctl::scenario {
namespace places_expectation {

using config::bad_value;
using config::Type;

Result<void> check(const config::Value& expected) {
  for (const auto& kind : expected.members) {
    LABCTL_TRY(config::check_type(kind.value, static_cast<unsigned>(Type::table), kind.key));
    for (const auto& place : kind.value.members) {
      LABCTL_TRY(require_fate_name(place.at, place.key));
      LABCTL_TRY(config::check_type(place.value, static_cast<unsigned>(Type::integer), place.key));
      if (place.value.integer < 1)
        return bad_value(place.value.at,
                         fmt::format("'{}' is {}: a place without mail is left out", place.key, place.value.integer));
    }
  }
  return {};
}

/// Every kind has its counts, and no message is missing or there twice.
Result<void> check_against(const config::Value& expected, const config::Value& step) {
  for (const auto& kind : expected.members) {
    LABCTL_ASSIGN(const auto sent, sent_of(kind, step));
    std::int64_t counted = 0;
    for (const auto& place : kind.value.members) counted += place.value.integer;
    if (counted != sent)
      return bad_value(kind.at,
                       fmt::format("{} messages of '{}' are counted, but {} are sent", counted, kind.key, sent));
  }
  for (const auto& flow : step.find("flows")->items)
    if (expected.find(flow.text_of("kind")) == nullptr)
      return bad_value(expected.at, fmt::format("nothing is expected of '{}'", printable(flow.text_of("kind"))),
                       fmt::format("{} = {{ inbox = {} }}", flow.text_of("kind"), flow.find("count")->integer));
  return {};
}

std::string in_words(const std::map<std::string, std::size_t>& places) {
  std::vector<std::string> words;
  for (const auto& [place, count] : places) words.push_back(fmt::format("{} {}", place, count));
  return join(words, ", ");
}

std::vector<ExpectationVerdict> judge(const config::Value& expected, const evidence::StepEvidence& evidence) {
  const auto& seen = std::get<evidence::DaySeen>(evidence.seen);
  const auto day = count_day(seen);
  std::vector<ExpectationVerdict> verdicts;
  for (const auto& kind : expected.members) {
    std::map<std::string, std::size_t> wanted;
    for (const auto& place : kind.value.members) wanted[place.key] = static_cast<std::size_t>(place.value.integer);
    const auto found = counted(day, kind.key);
    const auto places = found ? found->places : std::map<std::string, std::size_t>();
    const std::string that = "places " + kind.key;
    if (auto unknown = unknown_place(seen, kind.key)) {
      verdicts.push_back(no_answer(that, in_words(wanted), in_words(places), *std::move(unknown)));
      continue;
    }
    const std::string title = found ? found->title.en : kind.key;
    verdicts.push_back(
        verdict(that, places == wanted, in_words(wanted), in_words(places),
                {fmt::format("{}の行き先: {}", found ? found->title.ja : kind.key, in_words(places)),
                 fmt::format("where {} ended: {}", title, places.empty() ? "nowhere" : in_words(places))}));
  }
  return verdicts;
}

}  // namespace places_expectation

constinit const ExpectationKind kPlaces{
    .key = "places",
    .summary =
        "how many messages of each kind end where, \"legitimate\" and \"spoofed\" as sums: "
        "{ newsletter = { inbox = 10, junk = 20 } }",
    .judges = Leaves::day,
    .types = static_cast<unsigned>(config::Type::table),
    .check = places_expectation::check,
    .check_against = places_expectation::check_against,
    .judge = places_expectation::judge};

}  // namespace labctl::scenario
