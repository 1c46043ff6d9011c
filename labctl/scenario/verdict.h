#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/language.h"

namespace labctl::scenario {

/// The four outcomes. `error`: the lab could not answer; it never becomes a `fail`.
enum class Outcome { pass, fail, error, skip };
std::string_view name_of(Outcome outcome);
/// Of several: error over fail over skip over pass; pass for none.
Outcome worst(Outcome a, Outcome b);

/// What one expectation says about the evidence.
struct ExpectationVerdict {
  std::string that;  ///< what is expected, short: "auth dmarc", "disposition", "symbol DMARC_POLICY_REJECT"
  Outcome outcome = Outcome::skip;
  std::string expected;
  std::string actual;
  LocalText why;     ///< why it is so, for a person; for `error` the culprit (host and daemon)
  std::string look;  ///< where to look: a file of the run directory, or a command to type
};

/// Where the messages of one kind ended, of a day's mail.
struct FlowCount {
  std::string kind;
  LocalText title;
  bool spoofed = false;
  std::size_t sent = 0;
  std::map<std::string, std::size_t> places;  ///< by fate_kinds(), or what else was seen
  std::size_t dmarc_fails = 0;                ///< of which the receiver says dmarc=fail
};

/// How one step of one participant came out: the worst of its expectations.
struct StepVerdict {
  std::string scenario;  ///< "hands-on/4-dmarc"
  std::string step;      ///< "4-2"
  LocalText title;
  Outcome outcome = Outcome::skip;
  double seconds = 0;
  std::vector<FlowCount> day;  ///< of a step that plays a day's mail
  std::vector<ExpectationVerdict> expectations;
};

/// All steps of one participant.
struct ParticipantVerdict {
  std::string participant;
  Outcome outcome = Outcome::skip;
  std::vector<StepVerdict> steps;
};

/// A whole run, as every report format takes it.
struct RunVerdict {
  std::string lab;
  Outcome outcome = Outcome::skip;
  std::string run_dir;
  bool interrupted = false;
  std::vector<ParticipantVerdict> participants;
};

}  // namespace labctl::scenario
