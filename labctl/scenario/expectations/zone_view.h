#pragma once

#include <string>
#include <vector>

#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/steps/zone_tools.h"

namespace labctl::scenario {

/// What zone evidence says about one name and type at the authority, and, after an edit, at the resolver.
struct ZoneView {
  std::string server;
  std::string zone;
  std::vector<dns::Record> records;
  std::string trouble;  ///< why it can't be judged: not asked for, or an rcode that is no answer; empty: it can
  std::string stale;    ///< set: the resolver still says something else
};

/// The zone that the evidence is about, without trailing dot.
std::string zone_of(const evidence::StepEvidence& evidence);

ZoneView view(const evidence::StepEvidence& evidence, const Question& question);

/// The rdata of the records, or "nothing".
std::string shown_records(const std::vector<dns::Record>& records);

/// The verdict when the evidence can't answer.
ExpectationVerdict no_zone_answer(std::string that, std::string expected, const ZoneView& view);

}  // namespace labctl::scenario
