#include "labctl/scenario/expectations/day_tools.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/config/schema.h"
#include "labctl/scenario/expectations/fate.h"

namespace labctl::scenario {
namespace {

bool is_of(const config::Value& flow, std::string_view kind) {
  return is_sort_of_mail(kind) ? flow.text_of("sort") == kind : flow.text_of("kind") == kind;
}

}  // namespace

std::optional<FlowCount> counted(const std::vector<FlowCount>& day, std::string_view kind) {
  if (is_sort_of_mail(kind)) return sum_of(day, kind == kSpoofedMail);
  const auto found = std::ranges::find(day, kind, &FlowCount::kind);
  return found == day.end() ? std::nullopt : std::optional(*found);
}

Result<std::int64_t> sent_of(const config::Member& named, const config::Value& step) {
  std::int64_t sent = 0;
  std::vector<std::string> known{std::string(kLegitimateMail), std::string(kSpoofedMail)};
  for (const auto& flow : step.find("flows")->items) {
    known.push_back(flow.text_of("kind"));
    if (is_of(flow, named.key)) sent += flow.find("count")->integer;
  }
  if (sent > 0) return sent;
  const auto meant = nearest(named.key, known);
  return config::bad_value(
      named.at, fmt::format("the day has no kind of mail '{}'", printable(named.key)),
      meant ? fmt::format("did you mean '{}'?", *meant) : fmt::format("known: {}", join(known, ", ")));
}

std::optional<LocalText> unknown_place(const evidence::DaySeen& day, std::string_view kind) {
  for (const auto& flow : day.flows) {
    if (is_sort_of_mail(kind) ? flow.spoofed != (kind == kSpoofedMail) : flow.kind != kind) continue;
    for (const auto& mail : flow.mails)
      if (auto fate = fate_of(mail); !fate.known) return std::move(fate.detail);
  }
  return std::nullopt;
}

}  // namespace labctl::scenario
