#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"
#include "labctl/host/host.h"

namespace labctl::lab {

/// What a receiver's milters (labctl/stack/receiver_stack.cc) wrote to its journal, newest last; bounded.
/// @param since what was written before is left out, which makes reading a long journal quick; none: all
Result<std::vector<std::string>> milter_journal(host::Host& receiver, std::optional<Clock::Wall> since = std::nullopt);

/// The lines about the message that the receiver's MTA calls `queue_id`. pyspf-milter doesn't know queue IDs: its line
/// is the last one before the others that names the same client and envelope sender.
std::vector<std::string> milter_lines_of(const std::vector<std::string>& journal, std::string_view queue_id,
                                         std::string_view client_address, std::string_view mail_from);

/// The domain of the header From that OpenDMARC judged: "opendmarc[9]: 4D3A21F: m001.mail.nic.example fail"; empty when
/// no line tells.
std::string judged_domain(const std::vector<std::string>& lines);

}  // namespace labctl::lab
