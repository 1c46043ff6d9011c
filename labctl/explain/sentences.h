#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labctl/explain/story.h"
#include "labctl/mail/spamd_result.h"

namespace labctl::explain {

/// What one result means. @param from domain of the header From; empty: it can't be read.
LocalText sentence_of(const Check& check, const Story& story, const std::string& from);
/// What became of the message, and by what; with the score where the receiver tells one.
LocalText sentence_of(const Disposition& disposition, const std::optional<mail::SpamdResult>& score);
/// What would have to change for DMARC to pass.
std::vector<LocalText> remedies_for(const Story& story, const std::string& from);
LocalText note_of_foreign(std::size_t fields, const std::string& receiver);
/// The receiver's MX renamed fields that came in under its own name (RFC 8601 section 5).
LocalText note_of_claimed(std::size_t fields, const std::string& receiver);

}  // namespace labctl::explain
