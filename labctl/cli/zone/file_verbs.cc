#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <memory>

#include "labctl/base/file.h"
#include "labctl/base/process.h"
#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/zone/zone_verbs.h"
#include "labctl/dns/zone_diff.h"
#include "labctl/dns/zone_text.h"
#include "labctl/lab/zone_admin.h"

// diff, apply and edit: a zone as a file of the person's own.
namespace labctl::cli {
namespace {

constexpr std::size_t kLargestEditedZone = 8U << 20U;

struct FileFlags {
  std::string zone;
  std::string file;
  bool anyway = false;
  bool json = false;
};

Result<std::vector<dns::Record>> records_of_file(const FileFlags& flags) {
  const auto text =
      flags.file == "-" ? read_standard_input(kLargestEditedZone) : read_file(flags.file, 0, kLargestEditedZone);
  if (!text) return usage_error(text.error().message, text.error().where);
  LABCTL_ASSIGN(auto records, dns::parse_zone_text(*text, flags.zone, flags.file));
  if (std::ranges::none_of(records, [](const dns::Record& record) { return record.type == "SOA"; }))
    return usage_error(fmt::format("the file has no SOA record of {}", printable(flags.zone)), flags.file,
                       fmt::format("begin with what labctl zone show {} prints", printable(flags.zone)));
  return records;
}

Result<int> print_difference(const std::string& zone, const std::string& lines, bool json) {
  if (json)
    print_json({{"zone", zone}, {"diff", lines_of(lines)}});
  else
    print("{}", printable(lines));
  return lines.empty() ? 0 : 1;
}

/// A draft that only its maker can read, in a place of its own.
Result<std::string> make_draft(const std::string& text) {
  const char* temporary = std::getenv("TMPDIR");
  std::string path = fmt::format("{}/labctl-zone-XXXXXX.zone", temporary != nullptr ? temporary : "/tmp");
  const int fd = ::mkstemps(path.data(), 5);
  if (fd < 0) return system_error("can't make a draft of the zone", errno, path);
  ::close(fd);
  LABCTL_TRY(write_file(path, text, 0600));
  return path;
}

/// What the person set, its words split at blanks and never given to a shell.
std::vector<std::string> editor_of_environment() {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    const char* value = std::getenv(name);
    std::vector<std::string> words;
    if (value != nullptr)
      for (auto& word : split(value, ' '))
        if (!word.empty()) words.push_back(std::move(word));
    if (!words.empty()) return words;
  }
  return {"vi"};
}

Result<int> edit_zone(const Context& context, FileFlags flags) {
  LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
  const auto ports = lab->ports(context.stop);
  LABCTL_ASSIGN(const auto before, ports.zones.read(flags.zone));
  std::string text = fmt::format("; {}. The serial is counted up by the name server.\n", flags.zone);
  for (const auto& record : before) text += dns::to_line(record) + "\n";
  LABCTL_ASSIGN(flags.file, make_draft(text));
  auto editor = editor_of_environment();
  editor.push_back(flags.file);
  LABCTL_ASSIGN(const int status, run_interactive({.argv = editor}));
  const auto made = [&]() -> Result<int> {
    if (status != 0)
      return usage_error(fmt::format("the editor '{}' ended with status {}", printable(editor.front()), status), {},
                         "the zone stays as it was");
    LABCTL_ASSIGN(const auto wanted, records_of_file(flags));
    if (!flags.anyway) LABCTL_TRY(refuse_what_lint_refuses(context, flags.zone, before, wanted));
    // Compared with what was shown to the person: were the zone changed since, the edit would be refused.
    return make_edit(ports, dns::edit_to_equal(flags.zone, before, wanted), "zone edit", flags.json);
  }();
  if (made) {
    ::unlink(flags.file.c_str());
    return made;
  }
  Error error = made.error();
  error.hint = fmt::format("{}{}what you wrote is kept: labctl zone apply {} {}", error.hint,
                           error.hint.empty() ? "" : "; ", flags.zone, flags.file);
  return std::unexpected(std::move(error));
}

}  // namespace

Action declare_zone_diff(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<FileFlags>();
  declare_zone_name(app, flags->zone);
  app.add_option("file", flags->file, "what `zone apply` would take (the zone's own file on its host)");
  declare_json(app, flags->json);
  app.footer(
      "Lines with - are served only, those with + in the file only. Exit code 1 when there are any.\n"
      "JSON: {\"zone\", \"diff\": [line]}");
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    if (!flags->file.empty()) {
      LABCTL_ASSIGN(const auto served, lab->ports(context.stop).zones.read(flags->zone));
      LABCTL_ASSIGN(const auto wanted, records_of_file(*flags));
      return print_difference(flags->zone, dns::to_diff(dns::edit_to_equal(flags->zone, served, wanted)), flags->json);
    }
    LABCTL_ASSIGN(const auto file, lab->zone_admin(context.stop)->file_of(flags->zone));
    LABCTL_ASSIGN(const auto lines, file.difference);
    return print_difference(flags->zone, lines, flags->json);
  };
}

Action declare_zone_apply(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<FileFlags>();
  declare_zone_name(app, flags->zone);
  app.add_option("file", flags->file, "zone file, - for standard input; its serial does not count")->required();
  app.add_flag("--anyway", flags->anyway, "also when lint finds errors");
  declare_json(app, flags->json);
  app.footer(kZoneEditJson);
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    const auto ports = lab->ports(context.stop);
    LABCTL_ASSIGN(const auto before, ports.zones.read(flags->zone));
    LABCTL_ASSIGN(const auto wanted, records_of_file(*flags));
    if (!flags->anyway) LABCTL_TRY(refuse_what_lint_refuses(context, flags->zone, before, wanted));
    return make_edit(ports, dns::edit_to_equal(flags->zone, before, wanted), "zone apply", flags->json);
  };
}

Action declare_zone_edit(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<FileFlags>();
  declare_zone_name(app, flags->zone);
  app.add_flag("--anyway", flags->anyway, "also when lint finds errors");
  declare_json(app, flags->json);
  app.footer(std::string("The editor is that of VISUAL or EDITOR, else vi.\n") + kZoneEditJson);
  return [&context, flags]() -> Result<int> { return edit_zone(context, *flags); };
}

}  // namespace labctl::cli
