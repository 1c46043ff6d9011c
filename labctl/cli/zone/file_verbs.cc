#include <fmt/format.h>
#include <stdlib.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
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
// As a shell has them.
constexpr int kNoSuchProgram = 127;
constexpr int kInterruptedProgram = 130;

struct FileFlags {
  std::string zone;
  std::string file;
  bool anyway = false;
  bool json = false;
};

constexpr const char* kZoneStays = "the zone stays as it was";

Result<WrittenFile> written_file(const std::string& name) {
  auto text = name == "-" ? read_standard_input(kLargestEditedZone) : read_file(name, 0, kLargestEditedZone);
  if (!text) return usage_error(text.error().message, text.error().where, kZoneStays);
  return WrittenFile{.name = name, .text = *std::move(text)};
}

/// "; its SOA, on line 7, is of OTHER" where the file has a SOA of another zone.
std::string whose_file(const WrittenFile& file, const std::string& zone) {
  const auto lines = dns::parse_zone_lines(file.text, zone, file.name);
  if (!lines) return {};
  const auto soa = std::ranges::find(*lines, "SOA", [](const dns::PlacedRecord& line) { return line.record.type; });
  return soa == lines->end() ? std::string()
                             : fmt::format("; its SOA, on line {}, is of {}", soa->line, soa->record.owner);
}

Result<std::vector<dns::Record>> records_of_file(const WrittenFile& file, const std::string& zone) {
  auto records = dns::parse_zone_text(file.text, zone, file.name);
  if (!records)
    return usage_error(records.error().message, records.error().where, fmt::format("mend that line; {}", kZoneStays));
  if (std::ranges::none_of(*records, [](const dns::Record& record) { return record.type == "SOA"; }))
    return usage_error(fmt::format("the file has no SOA record of {}{}", printable(zone), whose_file(file, zone)),
                       file.name,
                       fmt::format("begin with what labctl zone show {} prints; {}", printable(zone), kZoneStays));
  return records;
}

/// The edit that makes the zone equal to the file, unless lint refuses the file.
Result<int> make_equal(const Context& context, const lab::Ports& ports, const FileFlags& flags,
                       const std::vector<dns::Record>& before, std::string why) {
  LABCTL_ASSIGN(const auto file, written_file(flags.file));
  LABCTL_ASSIGN(const auto wanted, records_of_file(file, flags.zone));
  if (!flags.anyway) LABCTL_TRY(refuse_what_lint_refuses(context, flags.zone, before, file));
  return make_edit(context, ports, dns::edit_to_equal(flags.zone, before, wanted), std::move(why), flags.json);
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
    if (status == kNoSuchProgram)
      return usage_error(fmt::format("the editor '{}' can't be started", printable(editor.front())), {},
                         fmt::format("name one that is there in VISUAL or EDITOR; {}", kZoneStays));
    if (status == kInterruptedProgram)
      return std::unexpected(Error{.kind = ErrorKind::interrupted,
                                   .message = fmt::format("the editor '{}' was interrupted", printable(editor.front())),
                                   .where = {},
                                   .hint = kZoneStays});
    if (status != 0)
      return usage_error(fmt::format("the editor '{}' ended with status {}", printable(editor.front()), status), {},
                         kZoneStays);
    // Compared with what was shown to the person: were the zone changed since, the edit would be refused.
    return make_equal(context, ports, flags, before, "zone edit");
  }();
  std::error_code ignored;
  const bool is_there = std::filesystem::is_regular_file(flags.file, ignored);
  const auto left = is_there ? read_file(flags.file, 0, kLargestEditedZone) : Result<std::string>(text);
  if (made || (left && *left == text)) {
    if (is_there) ::unlink(flags.file.c_str());
    return made;
  }
  Error error = made.error();
  const auto now = ports.zones.read(flags.zone);
  if (now && *now != before)
    error.hint += fmt::format("{}the zone was changed while you edited it", error.hint.empty() ? "" : "; ");
  // The draft lacks what others have changed since: to be looked at before it is made the zone.
  error.hint += fmt::format("{0}what you wrote is kept: labctl zone diff {1} {2}, then labctl zone apply {1} {2}",
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
      LABCTL_ASSIGN(const auto written, written_file(flags->file));
      LABCTL_ASSIGN(const auto wanted, records_of_file(written, flags->zone));
      return print_difference(flags->zone, dns::to_diff(dns::edit_to_equal(flags->zone, served, wanted)), flags->json);
    }
    const auto admin = lab->zone_admin(context.stop);
    LABCTL_ASSIGN(const auto file, admin->file_of(flags->zone));
    if (!file.difference) {
      LABCTL_ASSIGN(const auto condition, admin->examine(flags->zone));
      return lab_error(file.difference.error().message,
                       fmt::format("{}:{}", condition.place.host, file.difference.error().where),
                       fmt::format("mend that line on its host, or: labctl zone repair {}", flags->zone));
    }
    const auto& lines = *file.difference;
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
    return make_equal(context, ports, *flags, before, "zone apply");
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
