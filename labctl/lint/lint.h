#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/lint/finding.h"
#include "labctl/lint/zone_view.h"

namespace labctl::lint {

/// A zone file as it was read; one that can't be read is a finding of its own.
struct ReadZone {
  bool is_read = false;  ///< false: `zone` has no records
  WrittenZone zone;
  Findings findings;  ///< about the file's text
};
/// `zone`: what the file's names are below; empty: what the file itself says (evaluate::zone_of_file).
ReadZone read_written_zone(const std::string& text, const std::string& file, const std::string& zone = {});

/// All findings about the zones, in the order of their lines.
Findings lint(std::vector<WrittenZone> zones);

// One duty each; all add to `findings`.
void lint_zone(const ZoneView& view, const WrittenZone& zone, Findings& findings);
void lint_names(ZoneView& view, const WrittenZone& zone, Findings& findings);
void lint_spf(ZoneView& view, const WrittenZone& zone, Findings& findings);
void lint_dkim(const ZoneView& view, const WrittenZone& zone, Findings& findings);
void lint_dmarc(ZoneView& view, const WrittenZone& zone, Findings& findings);

}  // namespace labctl::lint
