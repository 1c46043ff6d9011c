#include "labctl/lab/filter_log.h"

#include <fmt/format.h>

#include "labctl/base/text.h"

namespace labctl::lab {
namespace {

constexpr std::string_view kVerdict = "; rspamd_task_write_log: ";

/// Takes `before` … `after` from the front part of `rest` and leaves what follows; empty when it isn't there.
std::string take(std::string_view& rest, std::string_view before, std::string_view after) {
  const auto begin = rest.find(before);
  if (begin == std::string_view::npos) return {};
  const auto value = rest.substr(begin + before.size());
  const auto end = value.find(after);
  if (end == std::string_view::npos) return {};
  rest = value.substr(end);
  return std::string(value.substr(0, end));
}

/// "<5f0c3d>; proxy; …" -> "5f0c3d"
std::string_view tag_of(std::string_view line) {
  const auto end = line.find(">; ");
  if (end == std::string_view::npos) return {};
  const auto begin = line.rfind('<', end);
  return begin == std::string_view::npos ? std::string_view{} : line.substr(begin + 1, end - begin - 1);
}

}  // namespace

std::optional<FilterVerdict> parse_filter_verdict(std::string_view line) {
  const auto at = line.find(kVerdict);
  if (at == std::string_view::npos) return std::nullopt;
  FilterVerdict verdict{.raw = std::string(line), .tag = std::string(tag_of(line.substr(0, at)))};
  // The fields come in this order; each is there only when it has a value.
  std::string_view rest = line.substr(at + kVerdict.size());
  verdict.queue_id = take(rest, " qid: <", ">");
  verdict.ip = take(rest, " ip: ", ",");
  verdict.smtp_from = take(rest, " from: <", ">,");
  verdict.mime_from = take(rest, " mime_from: <", ">,");
  std::string_view decision = rest;
  if (const auto open = decision.find("(default: "); open != std::string_view::npos) {
    decision.remove_prefix(open);
    verdict.action = take(decision, " (", "): [");
  }
  return verdict;
}

std::optional<FilterVerdict> filter_verdict_of(std::string_view log, std::string_view queue_id,
                                               std::string_view client_address) {
  const std::string mention = fmt::format(" qid: <{}>", queue_id);
  std::optional<FilterVerdict> found;
  for (auto at = log.find(mention); at != std::string_view::npos; at = log.find(mention, at + 1)) {
    const auto begin = log.rfind('\n', at);
    const auto start = begin == std::string_view::npos ? 0 : begin + 1;
    auto verdict = parse_filter_verdict(log.substr(start, log.find('\n', at) - start));
    if (verdict && verdict->queue_id == queue_id && verdict->ip == client_address) found = std::move(verdict);
  }
  return found;
}

std::vector<std::string> filter_lines_of(std::string_view log, const FilterVerdict& verdict) {
  if (verdict.tag.empty()) return {verdict.raw};
  const std::string mention = fmt::format(" <{}>; ", verdict.tag);
  std::vector<std::string> lines;
  for (auto& line : lines_of(log)) {
    if (line.find(mention) == std::string::npos) continue;
    lines.push_back(line);
    if (line == verdict.raw) break;
  }
  return lines;
}

}  // namespace labctl::lab
