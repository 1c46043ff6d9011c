#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/mail/authentication_results_text.h"
#include "labctl/mail/structured_field.h"

namespace labctl::cli {
namespace {

struct AuthresFlags {
  std::string file = "-";
  bool arc = false;
  bool json = false;
};

Json json_of(const mail::AuthResult& result, std::vector<std::string> comments) {
  Json properties = Json::array();
  comments.insert(comments.end(), result.comments.begin(), result.comments.end());
  for (const auto& property : result.properties) {
    properties.push_back({{"ptype", property.ptype}, {"property", property.property}, {"value", property.value}});
    comments.insert(comments.end(), property.comments.begin(), property.comments.end());
  }
  return {{"method", result.method}, {"version", result.version},           {"result", result.result},
          {"reason", result.reason}, {"properties", std::move(properties)}, {"comments", comments}};
}

Json json_of(const mail::AuthenticationResults& field) {
  Json results = Json::array();
  // Comments before the first result have no place of their own.
  for (const auto& result : field.results)
    results.push_back(json_of(result, results.empty() ? field.comments : std::vector<std::string>{}));
  Json defects = Json::array();
  for (const auto& defect : field.defects)
    defects.push_back({{"position", defect.position}, {"what", defect.what}, {"text", defect.text}});
  Json json;
  if (field.instance > 0) json["instance"] = field.instance;
  json.update({{"authserv_id", field.authserv_id},
               {"version", field.version},
               {"results", std::move(results)},
               {"defects", std::move(defects)}});
  return json;
}

/// One line of at most so many octets.
std::string shown(std::string_view text, std::size_t most = 300) {
  const std::string line = printable(mail::unfolded(text.substr(0, most)));
  return text.size() > most ? fmt::format("{}... ({} octets)", line, text.size()) : line;
}

std::string details_of(const mail::AuthResult& result) {
  std::string text;
  const auto add_comments = [&](const std::vector<std::string>& comments) {
    for (const auto& comment : comments) text += fmt::format(" ({})", shown(comment));
  };
  if (!result.reason.empty()) text += fmt::format(" reason={}", shown(result.reason));
  add_comments(result.comments);
  for (const auto& property : result.properties) {
    text += fmt::format(" {}{}{}={}", property.ptype, property.ptype.empty() ? "" : ".", property.property,
                        shown(property.value));
    add_comments(property.comments);
  }
  return text;
}

void print_text(const mail::AuthenticationResults& field) {
  std::string head = field.authserv_id.empty() ? "(no authserv-id)" : shown(field.authserv_id);
  if (field.instance > 0) head = fmt::format("ARC i={} {}", field.instance, head);
  if (!field.version.empty()) head += " version " + shown(field.version);
  for (const auto& comment : field.comments) head += fmt::format(" ({})", shown(comment));
  print("{}\n", head);
  if (field.none) print("  none: nothing was authenticated\n");
  std::size_t method_width = 0;
  std::size_t result_width = 0;
  const auto method_of = [](const mail::AuthResult& result) {
    return result.method + (result.version.empty() ? "" : "/" + result.version);
  };
  constexpr std::size_t kWidest = 20;
  for (const auto& result : field.results) {
    method_width = std::max(method_width, std::min(method_of(result).size(), kWidest));
    result_width = std::max(result_width, std::min(shown(result.result).size(), kWidest));
  }
  for (const auto& result : field.results) {
    std::string line = fmt::format("  {:<{}} {:<{}}{}", method_of(result), method_width, shown(result.result),
                                   result_width, details_of(result));
    line.resize(line.find_last_not_of(' ') + 1);
    print("{}\n", line);
  }
  for (const auto& defect : field.defects)
    print("  ! octet {}: {}{}\n", defect.position, defect.what,
          defect.text.empty() ? "" : fmt::format(": {}", shown(defect.text, 80)));
}

Result<int> parse(const AuthresFlags& flags) {
  auto text = flags.file == "-" ? read_standard_input() : read_file(flags.file);
  if (!text) {
    text.error().kind = ErrorKind::usage;
    return std::unexpected(text.error());
  }
  auto found = mail::read_authentication_results(*text);
  if (!found) return std::unexpected(found.error().at(flags.file == "-" ? "standard input" : flags.file));
  // What was given alone is meant.
  const bool only_arc = found->fields.empty() && found->other_fields == 0;
  if (flags.arc || only_arc)
    found->fields.insert(found->fields.end(), found->arc_fields.begin(), found->arc_fields.end());
  if (flags.json) {
    Json list = Json::array();
    for (const auto& field : found->fields) list.push_back(json_of(field));
    print_json(list);
    return 0;
  }
  if (found->fields.empty())
    print("no Authentication-Results among {} header fields{}\n", found->other_fields + found->arc_fields.size(),
          found->arc_fields.empty() ? "" : fmt::format("; --arc reads {} of ARC", found->arc_fields.size()));
  for (std::size_t i = 0; i < found->fields.size(); ++i) {
    if (i > 0) print("\n");
    print_text(found->fields[i]);
  }
  return 0;
}

}  // namespace

Action declare_authres(CLI::App& app, const Context&) {
  auto flags = std::make_shared<AuthresFlags>();
  app.require_subcommand(1);
  auto* parse_verb = app.add_subcommand("parse", "read them (RFC 8601), and tell what can't be read; needs no lab");
  parse_verb->add_option("file", flags->file, "message, header fields, or what stands behind a field's colon (-)");
  parse_verb->add_flag("--arc", flags->arc, "ARC-Authentication-Results too (RFC 8617)");
  declare_json(*parse_verb, flags->json);
  parse_verb->footer(
      "JSON: [{\"authserv_id\", \"version\", \"results\": [{\"method\", \"version\", \"result\", \"reason\", "
      "\"properties\": [{\"ptype\", \"property\", \"value\"}], \"comments\": [text]}], \"defects\": [{\"position\", "
      "\"what\", \"text\"}]}]; with --arc \"instance\" too in those of ARC. \"none\" has no results and no defects.");
  return [flags] { return parse(*flags); };
}

}  // namespace labctl::cli
