#pragma once

#include <string_view>
#include <vector>

#include "labctl/evidence/evidence.h"
#include "labctl/scenario/verdict.h"

namespace labctl::scenario {

/// The two sorts of a day's mail; where a kind is named each means all kinds of that sort.
inline constexpr std::string_view kLegitimateMail = "legitimate";
inline constexpr std::string_view kSpoofedMail = "spoofed";
constexpr bool is_sort_of_mail(std::string_view word) { return word == kLegitimateMail || word == kSpoofedMail; }

/// One message of a day: which flow it is of, and which of that flow's.
struct DayTurn {
  std::size_t flow = 0;
  std::size_t number = 0;
  double when = 0;  ///< part of the day that is over
};
/// The order in which the messages of a day are sent, by how many each flow has: each is spread evenly over the day.
std::vector<DayTurn> order_of_day(const std::vector<std::size_t>& counts);

/// Pure: where each kind of a day's mail ended, in the order of its table. A message of which the evidence does not
/// prove where it is counts under what is known of it ("unknown", "refused, without proof").
std::vector<FlowCount> count_day(const evidence::DaySeen& day);

/// All kinds of one sort together, under the name of the sort.
FlowCount sum_of(const std::vector<FlowCount>& day, bool spoofed);

}  // namespace labctl::scenario
