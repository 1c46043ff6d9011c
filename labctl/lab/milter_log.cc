#include "labctl/lab/milter_log.h"

#include <fmt/format.h>

#include <chrono>

#include "labctl/base/text.h"
#include "labctl/stack/receiver_stack.h"

namespace labctl::lab {
namespace {

bool mentions(std::string_view line, std::string_view text) { return line.find(text) != std::string_view::npos; }

}  // namespace

Result<std::vector<std::string>> milter_journal(host::Host& receiver, std::optional<Clock::Wall> since) {
  // A class's mail of some minutes; a message's own lines are among the last.
  std::vector<std::string> argv{"journalctl", "--quiet", "--no-pager", "--output=short", "--lines=2000"};
  if (since)
    argv.push_back(fmt::format("--since=@{}",
                               std::chrono::duration_cast<std::chrono::seconds>(since->time_since_epoch()).count()));
  for (const auto& milter : stack::milters()) argv.push_back(fmt::format("--identifier={}", milter.daemon));
  LABCTL_ASSIGN(const auto shown, receiver.run({.argv = std::move(argv)}));
  return lines_of(shown.out);
}

std::vector<std::string> milter_lines_of(const std::vector<std::string>& journal, std::string_view queue_id,
                                         std::string_view client_address, std::string_view mail_from) {
  const std::string own = fmt::format("]: {}: ", queue_id);
  const std::string client = fmt::format("client-ip={};", client_address);
  const std::string sender = fmt::format("envelope-from={};", mail_from.empty() ? "<>" : mail_from);
  std::vector<std::string> lines;
  const std::string* spf = nullptr;
  for (const auto& line : journal) {
    if (mentions(line, own)) {
      if (lines.empty() && spf != nullptr) lines.push_back(*spf);
      lines.push_back(line);
    } else if (lines.empty() && mentions(line, " pyspf-milter[") && mentions(line, client) && mentions(line, sender)) {
      spf = &line;
    }
  }
  return lines;
}

std::string judged_domain(const std::vector<std::string>& lines) {
  for (const auto& line : lines) {
    if (!mentions(line, " opendmarc[")) continue;
    const auto words = split(line, ' ');
    if (words.size() < 3) continue;
    for (const std::string_view result : {"fail", "pass", "none"})
      if (words.back() == result && words[words.size() - 3].ends_with(':')) return words[words.size() - 2];
  }
  return {};
}

}  // namespace labctl::lab
