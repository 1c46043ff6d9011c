#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {

/// "name TYPE", as scenario files ask for records.
struct Question {
  std::string name;  ///< absolute, with trailing dot
  std::string type;  ///< upper case
  [[nodiscard]] std::string text() const { return name + " " + type; }
};

/// Reads "name TYPE"; relative names belong to `zone`, "@" is the zone itself. Errors: `usage`.
Result<Question> parse_question(std::string_view text, std::string_view zone);

/// The questions of the array `key`. Errors: `usage`, placed at the item.
Result<std::vector<Question>> questions_of(const config::Value& keys, std::string_view key, std::string_view zone);

/// The step's zone: its key `zone`, or the participant's own.
std::string zone_of(const StepContext& context);

/// What the authority answers now.
Result<evidence::RecordsSeen> look(const StepContext& context, const std::string& zone,
                                   const std::vector<Question>& questions);

/// Applies the edit, and makes sure that the evidence answers `questions` even when there was nothing to change.
Result<evidence::ZoneEdited> apply(const StepContext& context, dns::ZoneEdit edit,
                                   const std::vector<Question>& questions);

/// The key `cache` of a step that changes a zone.
inline constexpr config::Key kCacheKey{
    .name = "cache",
    .summary =
        "what the resolver has of the old records: \"flush\" (as without it), \"leave\", or \"wait\" until their "
        "TTL has ended"};
/// Errors: `usage`, placed, for a word that is none of them.
Result<dns::CachedRecords> cache_of(const config::Value& keys);

/// Makes the resolver forget what it has cached of the zone: after an edit by hand the next step would meet the old
/// records until their TTL ends.
Result<void> settle(const StepContext& context, const std::string& zone);

/// Publishes one record: the step is idempotent, and an older record of the same kind is replaced.
Result<Observation> publish(const StepContext& context, const dns::Record& record);

/// What is published where `record` should be; missing when nothing of its kind is.
Result<Observation> recognize_published(const StepContext& context, const dns::Record& record);

/// The handout's way to edit a zone by hand.
std::vector<std::string> edit_commands(const StepContext& context, const std::vector<std::string>& lines);

}  // namespace labctl::scenario
