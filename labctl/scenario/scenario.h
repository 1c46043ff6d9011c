#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labctl/base/language.h"
#include "labctl/base/placeholders.h"
#include "labctl/config/document.h"
#include "labctl/topology/receiver_kind.h"

namespace labctl::scenario {

struct StepKind;
struct ExpectationKind;

/// One thing that is expected: a key of an [[expect]] table.
struct Clause {
  const ExpectationKind* kind = nullptr;
  config::Value expected;  ///< placeholders not yet filled
};

/// One [[expect]] table: what must hold for the evidence of `of`.
struct Expect {
  std::string of;                 ///< a step's `as`; empty: the step's own evidence
  LocalText pass;                 ///< for a person when all holds; may be empty
  LocalText fail;                 ///< for a person when something doesn't
  std::string stack;              ///< receiver stack that it is for; empty: every one that has none of its own
  std::optional<LocalText> skip;  ///< why the step does not apply there
  std::vector<Clause> clauses;
};

/// One [[step]] table.
struct Step {
  std::string id;  ///< "4-2", unique in its course
  const StepKind* kind = nullptr;
  std::string as;  ///< the name of its evidence; may be empty
  std::string of;  ///< the `as` of the earlier step whose evidence it needs; may be empty
  LocalText title;
  LocalText text;      ///< what to do, for the handout
  config::Value keys;  ///< the whole table; placeholders not yet filled
  config::Place at;
  std::vector<Expect> expects;
};

/// Why a receiver says otherwise than is predicted of a lesson's message.
struct Deviation {
  std::string stack;    ///< receiver stack that it is of; empty: every one that has none of its own
  std::string section;  ///< that the receiver does not follow, "RFC 7208 section 4.5"; empty: it says what is predicted
  LocalText reason;

  /// What the prediction can't see: the zones do not tell it.
  static constexpr std::string_view kUnpredictable = "unpredictable";
};

/// What a row of a table of lessons needs of the lab beside what every scenario needs.
struct RowNeeds {
  bool neighbour = false;  ///< the next participant's zone
  bool above = false;      ///< a zone that all share: nothing else may be judged meanwhile
  std::string breaks;      ///< how the sweep breaks it; empty: by what it expects
  std::map<std::string, std::string, std::less<>> breaks_at;  ///< by receiver stack, where it is another way
  std::vector<Deviation> deviations;
};

/// One scenario file, or one row of a file that is a table of lessons.
struct Scenario {
  std::string name;    ///< "hands-on/4-dmarc"
  std::string source;  ///< the file as it was read, for the run directory
  LocalText title;
  std::vector<std::string> teaches;    ///< "RFC 7489 section 6.3"
  topology::ReceiverKind needs;        ///< the kind of receiver that it is about; an empty name: any
  std::vector<std::string> hosts;      ///< forwarders and lists that its steps name: the lab needs them
  std::vector<std::string> lab_needs;  ///< what not every lab has: "dnssec"
  std::vector<Step> steps;
  std::optional<RowNeeds> row;  ///< set: a row; its steps begin with the zone anew, so that it can stand alone

  /// The step whose `as` is that name; null when there is none.
  [[nodiscard]] const Step* named(std::string_view as) const;
  /// Why it can't be played where the placeholders {stack}, {profile} and {dnssec} have these values; none when it can.
  [[nodiscard]] std::optional<LocalText> unfit(const Placeholders& values) const;
};

/// What all of them need, each name once.
std::vector<std::string> hosts_of(const std::vector<Scenario>& scenarios);

}  // namespace labctl::scenario
