#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/mail/imap.h"
#include "labctl/mail/message.h"

namespace labctl::cli {
namespace {

struct InboxFlags {
  std::string address;
  std::string folder;
};

/// The host that keeps the mailbox, and the password to it.
Result<std::pair<const topology::HostSpec*, std::string>> keeper_of(const lab::Lab& lab, const std::string& address) {
  const std::string domain = to_lower(address.substr(address.rfind('@') + 1));
  for (const auto& participant : lab.topology().participants)
    if (participant.zone == domain)
      return std::pair{lab.topology().find_host(participant.receiver),
                       lab.credentials().participants.at(participant.id).password};
  if (domain == "rogue-mailer." + lab.topology().domain)
    return std::pair{lab.topology().with_role(topology::Role::rogue), lab.credentials().rogue_password};
  return usage_error(
      fmt::format("'{}' is no mailbox of the lab", printable(address)), {},
      fmt::format("it has user-a@ and user-b@ in {} and the like", lab.topology().participants.front().zone));
}

Result<int> inbox(const Context& context, const InboxFlags& flags) {
  LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
  LABCTL_ASSIGN(const auto keeper, keeper_of(*lab, flags.address));
  LABCTL_ASSIGN(auto* host, lab->host(keeper.first->name));
  mail::Mailbox mailbox({.server = {host->sockets(), keeper.first->address, 143},
                         .server_name = keeper.first->fqdn,
                         .user = flags.address,
                         .password = keeper.second,
                         .ca_pem = lab->credentials().ca_pem});
  LABCTL_ASSIGN(const auto folders, mailbox.folders());
  std::string newest_folder = flags.folder;
  for (const auto& folder : folders) {
    LABCTL_ASSIGN(const auto uids, mailbox.search(folder, "", ""));
    fmt::print("{:<10} {} messages\n", printable(folder), uids.size());
    if (newest_folder.empty() && folder == "INBOX" && !uids.empty()) newest_folder = folder;
  }
  if (newest_folder.empty()) return 0;
  LABCTL_ASSIGN(const auto uids, mailbox.search(newest_folder, "", ""));
  if (uids.empty()) return 0;
  LABCTL_ASSIGN(const auto raw, mailbox.fetch(newest_folder, uids.back()));
  fmt::print("\nnewest in {}:\n", newest_folder);
  const auto message = mail::Message::parse(raw);
  for (const auto& field : message.fields()) fmt::print("{}:{}\n", printable(field.name), printable(field.raw));
  return 0;
}

}  // namespace

Action declare_inbox(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<InboxFlags>();
  app.add_option("address", flags->address, "user-a@m001.mail.nic.example")->required();
  app.add_option("--folder", flags->folder, "folder whose newest message is shown (INBOX)");
  return [&context, flags] { return inbox(context, *flags); };
}

}  // namespace labctl::cli
