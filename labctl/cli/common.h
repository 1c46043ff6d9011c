#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/base/json.h"
#include "labctl/cli/verb.h"
#include "labctl/lab/lab.h"

namespace labctl::cli {

/// Text to standard output. Whether it could be written is asked once, when the verb has ended: a reader that went
/// away (labctl status | head -1) must not end a labctl that is changing a lab.
void print(std::string_view text);
template <class... Arguments>
void print(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  print(std::string_view(fmt::format(format, std::forward<Arguments>(arguments)...)));
}
/// Writes what print() has kept so far. The value is 0, or errno of the first write to standard output that failed.
int flush_output();
/// Text to standard error.
void complain(std::string_view text);

/// True when ANSI sequences are welcome on that stream: a terminal, not dumb, no NO_COLOR in the environment.
bool is_rich_terminal(int fd);

/// Writes `text` to a file, or to standard output for "-".
Result<void> write_to(const std::string& file, const std::string& text);

/// --json of a verb that prints one JSON document instead of its text. When such a verb fails, standard output has
/// {"error": {"kind", "message", "where", "hint"}} (kind: usage, lab, timeout, interrupted), and standard error has the
/// error in words all the same; the exit code is that of the text.
void declare_json(CLI::App& app, bool& json);
/// As a document for people and machines. Bytes that are no UTF-8 are replaced (RFC 8259 section 8.1).
std::string text_of(const Json& json);
void print_json(const Json& json);
Json json_of(const Error& error);
/// {"host", "fqdn", "address", "roles", "participant"}
Json json_of(const topology::HostSpec& host);
/// [{"what", "listen", "target"}]
Json json_of(const std::vector<lab::Forward>& forwards);

/// Errors: `usage` for what is no mail address, is outside the lab, or has no mailbox in it.
Result<void> check_mailbox(const topology::Topology& topology, const std::string& address);

/// Participants given as "m001,m002"; empty: all. Errors: `usage` for one that the lab doesn't have.
Result<std::vector<std::string>> participants_of(const topology::Topology& topology, const std::string& list);

/// Where `check` keeps what each participant has done by hand; gone with the lab.
std::string hand_state_of(const Context& context);

}  // namespace labctl::cli
