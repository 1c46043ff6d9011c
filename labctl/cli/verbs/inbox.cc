#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/mailbox.h"
#include "labctl/cli/verbs.h"
#include "labctl/mail/message.h"

namespace labctl::cli {
namespace {

struct InboxFlags {
  std::string address;
  std::string folder;
  bool json = false;
};

struct Newest {
  std::string folder;
  std::uint32_t uid = 0;
  mail::Message message;
};

struct Inbox {
  std::vector<std::pair<std::string, std::size_t>> folders;  ///< name and number of messages
  std::optional<Newest> newest;
};

Json json_of(const Inbox& inbox, const std::string& address) {
  Json folders = Json::array();
  for (const auto& [name, messages] : inbox.folders) folders.push_back({{"folder", name}, {"messages", messages}});
  Json newest;
  if (inbox.newest) {
    Json headers = Json::array();
    for (const auto& field : inbox.newest->message.fields())
      headers.push_back({{"name", printable(field.name)}, {"value", printable(trim(field.raw))}});
    newest = {{"folder", inbox.newest->folder}, {"uid", inbox.newest->uid}, {"headers", std::move(headers)}};
  }
  return {{"address", address}, {"folders", std::move(folders)}, {"newest", std::move(newest)}};
}

void print_text(const Inbox& inbox) {
  for (const auto& [name, messages] : inbox.folders) print("{:<10} {} messages\n", printable(name), messages);
  if (!inbox.newest) return;
  print("\nnewest in {}:\n", printable(inbox.newest->folder));
  for (const auto& field : inbox.newest->message.fields())
    print("{}:{}\n", printable(field.name), printable(field.raw));
}

Result<int> look_into(const Context& context, const InboxFlags& flags) {
  LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
  LABCTL_ASSIGN(auto mailbox, mailbox_of(*lab, flags.address));
  LABCTL_ASSIGN(const auto folders, mailbox.folders());
  if (!flags.folder.empty() && std::ranges::find(folders, flags.folder) == folders.end()) {
    const auto meant = nearest(flags.folder, folders);
    return usage_error(
        fmt::format("{} has no folder '{}'", flags.address, printable(flags.folder)), {},
        meant ? fmt::format("did you mean {}?", *meant) : fmt::format("it has {}", printable(join(folders, ", "))));
  }
  Inbox inbox;
  for (const auto& folder : folders) {
    LABCTL_ASSIGN(const auto uids, mailbox.search(folder, "", ""));
    inbox.folders.emplace_back(folder, uids.size());
    if (folder != (flags.folder.empty() ? "INBOX" : flags.folder) || uids.empty()) continue;
    LABCTL_ASSIGN(const auto raw, mailbox.fetch(folder, uids.back()));
    inbox.newest = Newest{folder, uids.back(), mail::Message::parse(raw)};
  }
  if (flags.json)
    print_json(json_of(inbox, flags.address));
  else
    print_text(inbox);
  return 0;
}

}  // namespace

Action declare_inbox(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<InboxFlags>();
  app.add_option("address", flags->address, "user-a@m001.mail.nic.example")->required();
  app.add_option("--folder", flags->folder, "folder whose newest message is shown (INBOX)");
  declare_json(app, flags->json);
  app.footer(
      "JSON: {\"address\", \"folders\": [{\"folder\", \"messages\"}], \"newest\": null or {\"folder\", \"uid\", "
      "\"headers\": [{\"name\", \"value\"}]}}");
  return [&context, flags] { return look_into(context, *flags); };
}

}  // namespace labctl::cli
