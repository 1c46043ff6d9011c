#include <fmt/format.h>

#include <array>

#include "labctl/base/text.h"
#include "labctl/report/columns.h"
#include "labctl/report/day_table.h"
#include "labctl/report/embedded_files.h"
#include "labctl/report/html_evidence.h"
#include "labctl/report/markup.h"
#include "labctl/report/renderers.h"

namespace labctl::report {
namespace {

static_assert(kEmbeddedFiles.size() == 1, "the page has one style sheet");

/// Where a cell's evidence stands on the page. Characters that a fragment would have to escape become '-'
/// (RFC 3986 section 3.5).
std::string anchor_of(const scenario::ParticipantVerdict& participant, const scenario::StepVerdict& step) {
  std::string anchor = fmt::format("{}.{}.{}", participant.participant, step.scenario, step.step);
  for (char& c : anchor)
    if (!is_alpha(c) && !is_digit(c) && c != '.') c = '-';
  return anchor;
}

std::string class_table_of(const scenario::RunVerdict& run, const Options& options) {
  const auto columns = columns_of(run);
  std::string html = "<table class=class>\n<thead><tr><th></th>";
  for (const auto& column : columns) html += fmt::format("<th scope=col>{}</th>", escaped(column.label));
  html += "</tr></thead>\n";
  for (const auto& participant : run.participants) {
    html += fmt::format("<tr><th scope=row>{}</th>", escaped(participant.participant));
    for (const auto& column : columns) {
      const auto* step = step_in(participant, column);
      html += step == nullptr ? std::string("<td></td>")
                              : fmt::format("<td class={}><a href=\"#{}\" title=\"{}\">{}</a></td>",
                                            name_of(step->outcome), anchor_of(participant, *step),
                                            escaped(step->title.in(options.language)), mark_of(step->outcome));
    }
    html += "</tr>\n";
  }
  return html + "</table>\n";
}

std::string expectations_of(const scenario::StepVerdict& step, const Options& options) {
  const bool ja = options.language == Language::ja;
  std::string html =
      fmt::format("<table class=expectations>\n<tr><th></th><th>{}</th><th>{}</th><th>{}</th><th>{}</th></tr>\n",
                  ja ? "項目" : "what", ja ? "期待" : "expected", ja ? "実際" : "actual", ja ? "理由" : "why");
  for (const auto& expectation : step.expectations)
    html += fmt::format("<tr><td class={}>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                        name_of(expectation.outcome), mark_of(expectation.outcome), escaped(expectation.that),
                        escaped(expectation.expected), escaped(expectation.actual),
                        escaped(expectation.why.in(options.language)));
  return html + "</table>\n";
}

std::string day_of(const scenario::StepVerdict& step, const Options& options) {
  if (step.day.empty()) return {};
  const auto table = day_table_of(step.day, options.language);
  std::string html = "<table class=day>\n<tr>";
  for (const auto& title : table.head) html += fmt::format("<th>{}</th>", escaped(title));
  html += "</tr>\n";
  for (const auto& line : table.lines) {
    html += fmt::format("<tr{}><th>{}</th>", line.sum ? " class=sum" : "", escaped(line.name));
    for (const auto& cell : line.cells) html += fmt::format("<td>{}</td>", escaped(cell));
    html += "</tr>\n";
  }
  return fmt::format("{}</table>\n<p>{}</p>\n", html, escaped(table.lost));
}

std::string section_of(const scenario::ParticipantVerdict& participant, const scenario::StepVerdict& step,
                       const Options& options) {
  std::string html = fmt::format(
      "<section id=\"{}\">\n<h2><span class={}>{}</span> {} {} <small>{}</small> <a "
      "href=\"#\">{}</a></h2>\n<h3>{}</h3>\n",
      anchor_of(participant, step), name_of(step.outcome), mark_of(step.outcome), escaped(participant.participant),
      escaped(step.step), escaped(step.scenario), options.language == Language::ja ? "表へ戻る" : "back to the table",
      escaped(step.title.in(options.language)));
  html += day_of(step, options);
  html += expectations_of(step, options);
  const auto evidence = options.evidence ? options.evidence(participant.participant, step) : std::nullopt;
  if (evidence) html += html_of(*evidence, options.language);
  return html + "</section>\n";
}

}  // namespace

std::string render_html(const scenario::RunVerdict& run, const Options& options) {
  const bool ja = options.language == Language::ja;
  std::array<std::size_t, 4> counts{};
  std::string sections;
  for (const auto& participant : run.participants)
    for (const auto& step : participant.steps) {
      ++counts[static_cast<std::size_t>(step.outcome)];
      sections += section_of(participant, step, options);
    }
  std::string html = fmt::format(
      "<!doctype html>\n<html lang={}>\n<head>\n<meta charset=utf-8>\n"
      "<meta name=viewport content=\"width=device-width\">\n<title>{}: labctl, {}</title>\n<style>\n{}</style>\n"
      "</head>\n<body>\n",
      ja ? "ja" : "en", name_of(run.outcome), escaped(run.lab), kEmbeddedFiles.front().second);
  html += fmt::format("<h1><span class={}>{}</span> {}</h1>\n<p>{} pass, {} fail, {} error, {} skip{}</p>\n",
                      name_of(run.outcome), name_of(run.outcome), escaped(run.lab), counts[0], counts[1], counts[2],
                      counts[3], run.interrupted ? (ja ? "; 中断" : "; interrupted") : "");
  html += class_table_of(run, options);
  html += fmt::format("<p class=hint>{}</p>\n",
                      ja ? "欄を選ぶと、その判定の証跡が下に出ます。" : "Choose a cell: its evidence appears below.");
  html += sections;
  if (!run.run_dir.empty())
    html += fmt::format("<footer>{} {}</footer>\n", ja ? "証跡:" : "evidence:", escaped(run.run_dir));
  return html + "</body>\n</html>\n";
}

}  // namespace labctl::report
