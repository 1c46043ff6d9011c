#pragma once

#include <string>
#include <string_view>

#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {

inline constexpr std::string_view kKeyTable = "/etc/opendkim/key.table";
inline constexpr std::string_view kSigningTable = "/etc/opendkim/signing.table";
inline constexpr std::string_view kKeyDirectory = "/etc/dkimkeys";

/// Checks the selector: one label (RFC 6376 section 3.1 allows more; a file name is made of it).
Result<void> check_selector(const config::Value& keys);

/// Replaces a file's content on a host.
Result<void> write_on(const StepContext& context, const std::string& host, std::string_view path,
                      const std::string& content);

/// Restarts OpenDKIM and waits until it takes connections: mail that is sent in between would go out unsigned.
Result<void> restart_opendkim(const StepContext& context, const std::string& host);

/// The TXT text of an opendkim-genkey .txt file: its quoted strings joined. Errors: `lab` for a file without one.
Result<std::string> published_text(std::string_view genkey_file, std::string_view where);

/// The selector's record for the participant's zone.
Result<dns::Record> key_record(const StepContext& context, const std::string& text);

}  // namespace labctl::scenario
