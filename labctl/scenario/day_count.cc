#include "labctl/scenario/day_count.h"

#include <algorithm>

#include "labctl/scenario/expectations/fate.h"
#include "labctl/scenario/prediction_check.h"

namespace labctl::scenario {

std::vector<DayTurn> order_of_day(const std::vector<std::size_t>& counts) {
  std::vector<DayTurn> turns;
  for (std::size_t i = 0; i < counts.size(); ++i)
    for (std::size_t n = 0; n < counts[i]; ++n)
      turns.push_back({i, n, (static_cast<double>(n) + 0.5) / static_cast<double>(counts[i])});
  std::ranges::stable_sort(turns, {}, &DayTurn::when);
  return turns;
}

std::vector<FlowCount> count_day(const evidence::DaySeen& day) {
  std::vector<FlowCount> counts;
  for (const auto& flow : day.flows) {
    auto& count = counts.emplace_back(FlowCount{
        .kind = flow.kind, .title = flow.title, .spoofed = flow.spoofed, .sent = flow.mails.size(), .places = {}});
    for (const auto& mail : flow.mails) {
      ++count.places[fate_of(mail).name];
      if (receiver_said(mail).dmarc == "fail") ++count.dmarc_fails;
    }
  }
  return counts;
}

FlowCount sum_of(const std::vector<FlowCount>& day, bool spoofed) {
  FlowCount sum{.kind = std::string(spoofed ? kSpoofedMail : kLegitimateMail),
                .title = spoofed ? LocalText{"なりすまし", "spoofed"} : LocalText{"正規", "legitimate"},
                .spoofed = spoofed,
                .places = {}};
  for (const auto& count : day) {
    if (count.spoofed != spoofed) continue;
    sum.sent += count.sent;
    sum.dmarc_fails += count.dmarc_fails;
    for (const auto& [place, number] : count.places) sum.places[place] += number;
  }
  return sum;
}

}  // namespace labctl::scenario
