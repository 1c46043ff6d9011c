#include "labctl/scenario/steps/dkim_tools.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/steps/zone_tools.h"

namespace labctl::scenario {

Result<void> check_selector(const config::Value& keys) {
  const auto* selector = keys.find("selector");
  const bool good = selector->text.size() <= 63 && selector->text.front() != '-' && selector->text.back() != '-' &&
                    std::ranges::all_of(selector->text, [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                    });
  if (good) return {};
  return config::bad_value(selector->at, fmt::format("'{}' is no DKIM selector", printable(selector->text)),
                           "use up to 63 lower-case letters, digits and '-'");
}

Result<void> write_on(const StepContext& context, const std::string& host, std::string_view path,
                      const std::string& content) {
  // The script is constant; content and path are its arguments and never read as shell text.
  LABCTL_TRY(must_run_on(context, host, {"sh", "-c", "printf '%s' \"$1\" > \"$2\"", "sh", content, std::string(path)}));
  return {};
}

Result<void> restart_opendkim(const StepContext& context, const std::string& host) {
  LABCTL_TRY(must_run_on(context, host, {"systemctl", "restart", "opendkim.service"}));
  const auto ready = wait_until(
      context.ports.clock, {}, fmt::format("OpenDKIM on {} to take connections", host),
      [&]() -> Result<bool> {
        LABCTL_ASSIGN(const auto looked, run_on(context, host, {"bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/8891"}));
        return looked.exit_status == 0;
      },
      context.ports.stop);
  if (!ready) return std::unexpected(ready.error().at(fmt::format("{}: opendkim", host)));
  return {};
}

Result<std::string> published_text(std::string_view genkey_file, std::string_view where) {
  std::string text;
  std::string_view rest = genkey_file.substr(0, std::min<std::size_t>(genkey_file.size(), 16384));
  while (true) {
    const auto open = rest.find('"');
    if (open == std::string_view::npos) break;
    const auto close = rest.find('"', open + 1);
    if (close == std::string_view::npos) break;
    text += rest.substr(open + 1, close - open - 1);
    rest.remove_prefix(close + 1);
  }
  // RFC 6376 section 3.6.1: v= stands first, and p= is required.
  if (!text.starts_with("v=DKIM1") || text.find("p=") == std::string::npos)
    return lab_error("there is no public DKIM key in the file", std::string(where),
                     "make the key again: opendkim-genkey");
  return text;
}

Result<dns::Record> key_record(const StepContext& context, const std::string& text) {
  return dns::parse_record(fmt::format("{}._domainkey 20 TXT \"{}\"", context.keys.text_of("selector"), text),
                           zone_of(context));
}

}  // namespace labctl::scenario
