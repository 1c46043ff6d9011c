#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace labctl::lab {

/// One verdict of Rspamd's log (rspamd_task_write_log), in the format of labctl/service/rspamd/logging.inc.
struct FilterVerdict {
  std::string raw;
  std::string tag;        ///< of the filter's task
  std::string queue_id;   ///< of the MTA that asked
  std::string ip;         ///< the client's
  std::string smtp_from;  ///< envelope sender
  std::string mime_from;  ///< header From
  std::string action;     ///< "no action", "add header", "reject" …
};

/// None for a line that is no verdict.
std::optional<FilterVerdict> parse_filter_verdict(std::string_view line);

/// The last verdict about the message that the MTA calls `queue_id` and that came from `client_address` (queue IDs of
/// two receivers may be alike); none when the filter has not logged it (yet).
std::optional<FilterVerdict> filter_verdict_of(std::string_view log, std::string_view queue_id,
                                               std::string_view client_address);

/// That verdict's line, after all that the filter said about the message under the same tag.
std::vector<std::string> filter_lines_of(std::string_view log, const FilterVerdict& verdict);

}  // namespace labctl::lab
