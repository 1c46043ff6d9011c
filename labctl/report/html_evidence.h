#pragma once

#include <string>

#include "labctl/base/language.h"
#include "labctl/evidence/evidence.h"

namespace labctl::report {

/// What a step saw, as HTML: the dialogue, the stored message with the header fields that count marked, records, logs.
/// Long texts are cut, and say so.
std::string html_of(const evidence::StepEvidence& evidence, Language language);

}  // namespace labctl::report
