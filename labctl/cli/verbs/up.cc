#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "labctl/base/file.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/config/lab_settings.h"

namespace labctl::cli {
namespace {

struct UpFlags {
  int participants = 0;
  std::string domain;
  std::string listen;
  int listen_port_base = 0;
};

/// lab.toml first, the command line over it.
Result<topology::LabSettings> settings_of(const UpFlags& flags, const Context& context, const CLI::App& app) {
  topology::LabSettings settings;
  std::string file = context.lab_file;
  if (file.empty() && read_file("lab.toml")) file = "lab.toml";
  if (!file.empty()) {
    LABCTL_ASSIGN(settings, config::load_lab_settings(file));
  }
  if (file.empty() || context.lab != "default") settings.lab = context.lab;
  if (app.count("-n") > 0) settings.participants = flags.participants;
  if (app.count("--domain") > 0) settings.domain = flags.domain;
  if (app.count("--listen") > 0) settings.listen = flags.listen;
  if (app.count("--listen-port-base") > 0)
    settings.listen_port_base = static_cast<std::uint16_t>(flags.listen_port_base);
  return settings;
}

}  // namespace

Action declare_up(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<UpFlags>();
  app.add_option("-n,--participants", flags->participants, "how many participants (3)");
  app.add_option("--domain", flags->domain, "the lab's domain (mail.nic.example)");
  app.add_option("--listen", flags->listen, "address to publish island's SSH and the mailboxes' IMAP on (off)");
  app.add_option("--listen-port-base", flags->listen_port_base, "SSH on this port, IMAP of mNNN on it + NNN (2200)")
      ->check(CLI::Range(1, 65'000));
  return [&app, &context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto settings, settings_of(*flags, context, app));
    if (!settings.listen.empty() && !settings.listen.starts_with("127."))
      fmt::print(
          stderr,
          "note: root inside a lab host is not contained by a user namespace; publish it only to people you trust\n");
    LABCTL_TRY(lab::up(settings, progress_of(context), context.stop));
    if (!context.quiet)
      fmt::print("lab '{}' is up: {} participants in {}\n", settings.lab, settings.participants, settings.domain);
    return 0;
  };
}

}  // namespace labctl::cli
