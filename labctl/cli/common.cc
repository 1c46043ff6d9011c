#include "labctl/cli/common.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/host/places.h"
#include "labctl/mail/address.h"
#include "labctl/mail/message.h"
#include "labctl/topology/credentials.h"

namespace labctl::cli {

namespace {

/// errno of the first write that failed: stdio keeps that there was one, and not which.
int& output_errno() {
  static int value = 0;
  return value;
}

void note_failed_write() {
  if (output_errno() == 0) output_errno() = errno;
}

}  // namespace

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) note_failed_write();
}

int flush_output() {
  if (std::fflush(stdout) != 0) note_failed_write();
  return output_errno();
}

void complain(std::string_view text) {
  // What was printed before comes before it, where both go into one file; a failure is told at the end.
  (void)flush_output();
  std::fwrite(text.data(), 1, text.size(), stderr);
}

bool is_rich_terminal(int fd) {
  const char* term = std::getenv("TERM");
  const char* no_colour = std::getenv("NO_COLOR");
  return ::isatty(fd) != 0 && term != nullptr && *term != '\0' && std::string_view(term) != "dumb" &&
         (no_colour == nullptr || *no_colour == '\0');
}

Result<void> write_to(const std::string& file, const std::string& text) {
  if (file != "-") return write_file(file, text);
  print(text);
  return {};
}

void declare_json(CLI::App& app, bool& json) { app.add_flag("--json", json, "one JSON document instead of the text"); }

std::string text_of(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

void print_json(const Json& json) { print(text_of(json)); }

Json json_of(const Error& error) {
  static constexpr std::string_view kKinds[] = {"usage", "lab", "timeout", "interrupted"};
  return {{"error",
           {{"kind", kKinds[static_cast<std::size_t>(error.kind)]},
            {"message", printable(error.message)},
            {"where", printable(error.where)},
            {"hint", printable(error.hint)}}}};
}

Json json_of(const topology::HostSpec& host) {
  Json roles = Json::array();
  for (const auto role : host.roles) roles.push_back(name_of(role));
  return {{"host", host.name},
          {"fqdn", host.fqdn},
          {"address", host.address},
          {"roles", std::move(roles)},
          {"participant", host.participant}};
}

Json json_of(const std::vector<lab::Forward>& forwards) {
  Json list = Json::array();
  for (const auto& forward : forwards)
    list.push_back({{"what", forward.what}, {"listen", forward.listen}, {"target", forward.target}});
  return list;
}

Result<void> check_mailbox(const topology::Topology& topology, const std::string& address) {
  if (!mail::is_addr_spec(address))
    return usage_error(fmt::format("'{}' is no mail address", printable(address)), {},
                       fmt::format("write e.g. {}@{}", topology::kUserA, topology.participants.front().zone));
  const auto read = mail::first_address(address).value_or(address);
  const auto domain = mail::domain_of(read);
  if (!topology.is_inside(domain))
    return usage_error(fmt::format("'{}' is outside the lab: nothing is sent there", printable(address)), {},
                       fmt::format("the lab's addresses end in {}", topology.domain));
  std::vector<std::string> known;
  for (const char* user : {topology::kUserA, topology::kUserB}) {
    for (const auto& participant : topology.participants) known.push_back(fmt::format("{}@{}", user, participant.zone));
    known.push_back(fmt::format("{}@rogue-mailer.{}", user, topology.domain));
  }
  if (std::ranges::find(known, read) != known.end()) return {};
  const auto meant = nearest(read, known);
  return usage_error(fmt::format("the lab has no mailbox '{}'", printable(address)), {},
                     meant ? fmt::format("did you mean {}?", *meant)
                           : fmt::format("{}@ and {}@ have one in {} and the like", topology::kUserA, topology::kUserB,
                                         topology.participants.front().zone));
}

Result<std::vector<std::string>> participants_of(const topology::Topology& topology, const std::string& list) {
  std::vector<std::string> known;
  for (const auto& participant : topology.participants) known.push_back(participant.id);
  if (list.empty()) return known;
  std::vector<std::string> wanted;
  for (const auto& piece : split(list, ',')) {
    const std::string id(trim(piece));
    if (topology.find_participant(id) == nullptr) {
      const auto meant = nearest(id, known);
      return usage_error(fmt::format("lab '{}' has no participant '{}'", topology.lab, printable(id)), {},
                         meant ? fmt::format("did you mean {}?", *meant)
                               : fmt::format("it has {} to {}", known.front(), known.back()));
    }
    // Named twice is meant once: a participant's lock is taken once.
    if (std::ranges::find(wanted, id) == wanted.end()) wanted.push_back(id);
  }
  return wanted;
}

std::string hand_state_of(const Context& context) { return host::state_directory(context.lab) + "/check"; }

}  // namespace labctl::cli
