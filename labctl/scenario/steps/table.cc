#include <algorithm>
#include <array>

#include "labctl/scenario/steps/rows.h"

namespace labctl::scenario {
namespace {

constexpr std::array kSteps{&kHostLogin, &kHostRun,    &kServiceActive, &kZoneRead,   &kZoneSet,
                            &kZoneUnset, &kZoneBegin,  &kDkimKey,       &kDkimRemove, &kDkimPublish,
                            &kMailSend,  &kMailResend, &kMailTry,       &kMailRaw,    &kMailDay};

constexpr std::array<config::Key, 5> kCommonKeys{{
    {.name = "id", .required = true, .summary = "number of the step, unique in its course"},
    {.name = "do", .required = true, .summary = "the step's verb"},
    {.name = "as", .summary = "name of its evidence, for `of`"},
    {.name = "title", .types = config::kLocalText, .required = true, .summary = "one line, in ja and en"},
    {.name = "text", .types = config::kLocalText, .summary = "what to do, in ja and en"},
}};

}  // namespace

std::string_view name_of(Leaves leaves) {
  switch (leaves) {
    case Leaves::mail:
      return "a message";
    case Leaves::zone:
      return "records";
    case Leaves::day:
      return "a day's mail";
    case Leaves::command:
      break;
  }
  return "a command's output";
}

std::span<const StepKind* const> step_kinds() { return kSteps; }

const StepKind* find_step_kind(std::string_view verb) {
  const auto found = std::ranges::find(kSteps, verb, &StepKind::verb);
  return found == kSteps.end() ? nullptr : *found;
}

std::span<const config::Key> common_step_keys() { return kCommonKeys; }

}  // namespace labctl::scenario
