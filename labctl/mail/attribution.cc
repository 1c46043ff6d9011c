#include "labctl/mail/attribution.h"

#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/mail/dialect.h"
#include "labctl/mail/spamd_result.h"
#include "labctl/mail/trust.h"

namespace labctl::mail {
namespace {

using Found = std::optional<Attribution>;

bool attribution_has(std::string_view line, std::string_view text) { return line.find(text) != std::string_view::npos; }

/// A module of Rspamd, in the words of kCauses.
std::string cause_of_module(std::string_view module) {
  if (module == "greylist") return "greylisting";
  return std::string(module);
}

/// The symbols that count most, up to four: "R_SPF_FAIL 8.00, RDNS_NONE 2.00".
std::string heaviest_of(const SpamdResult& result) {
  auto symbols = result.symbols;
  std::erase_if(symbols, [](const Symbol& symbol) { return symbol.score <= 0; });
  std::ranges::stable_sort(symbols, std::ranges::greater{}, &Symbol::score);
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(4, symbols.size()); ++i)
    text += fmt::format("{}{} {:.2f}", text.empty() ? "" : ", ", symbols[i].name, symbols[i].score);
  return text;
}

/// What stands between `before` and `after`.
std::string_view attribution_between(std::string_view text, std::string_view before, std::string_view after) {
  const auto begin = text.find(before);
  if (begin == std::string_view::npos) return {};
  const auto rest = text.substr(begin + before.size());
  return rest.substr(0, rest.find(after));
}

/// What is left to say when neither filter nor receiver decided anything.
Attribution from_folder(const Traces& traces) {
  if (traces.stored == nullptr) {
    if (traces.reply && traces.reply->code < 300)
      return {"sieve", {"accepted, and in no folder: a sieve script threw it away"}};
    return {"unknown", {}};
  }
  if (traces.folder.empty() || equal_ignoring_case(traces.folder, "INBOX")) return {"nothing", {}};
  const std::string where = fmt::format("folder {}, and the filter had nothing against it", traces.folder);
  return {equal_ignoring_case(traces.folder, "Junk") ? "sieve" : "user-rule", {where}};
}

/// Rspamd's verdict line: "(default: T (reject): [15.30/15.00] [SYMBOL(1.00){},…]), …, forced: reject "…"; score=nan
/// (set by dmarc)".
Found from_rspamd_log(const Traces& traces) {
  for (const auto& line : traces.filter_log) {
    if (!attribution_has(line, "(default: ")) continue;
    const auto action = attribution_between(attribution_between(line, "(default: ", "]"), "(", ")");
    const auto forced = line.find("forced: ");
    if (forced != std::string::npos) {
      const std::string_view rest = std::string_view(line).substr(forced);
      if (const auto module = attribution_between(rest, "(set by ", ")"); !module.empty())
        return Attribution{cause_of_module(module), {fmt::format("filter log: {}", rest)}};
    }
    if (action == "no action") return from_folder(traces);
    if (action.empty()) return std::nullopt;
    if (action == "greylist" || (action == "soft reject" && attribution_has(line, "GREYLIST")))
      return Attribution{"greylisting", {fmt::format("filter log: action {}", action)}};
    Attribution spam{"spam",
                     {fmt::format("filter log: action {}, score {}]", action, attribution_between(line, "): ", "]"))}};
    if (const auto result = spamd_result_in_log(line))
      if (const auto symbols = heaviest_of(*result); !symbols.empty()) spam.evidence.push_back("symbols: " + symbols);
    return spam;
  }
  return std::nullopt;
}

/// OpenDMARC tells in its reply alone that a policy was behind it: "rejected by DMARC policy for
/// m001.mail.nic.example". The enhanced codes are those of RFC 7372 section 3; "4." stands for the same, for now.
Found from_reply(const Traces& traces) {
  if (!traces.reply || traces.reply->code < 400) return std::nullopt;
  const auto& reply = *traces.reply;
  const std::string text = to_lower(reply.text);
  const std::string_view detail =
      reply.enhanced_code.size() > 2 ? std::string_view(reply.enhanced_code).substr(1) : std::string_view{};
  std::string cause;
  if (attribution_has(text, "greylist") || attribution_has(text, "graylist"))
    cause = "greylisting";
  else if (attribution_has(text, "dmarc"))
    cause = "dmarc";
  else if (detail == ".7.23" || detail == ".7.24" || attribution_has(text, "spf"))
    cause = "spf";
  else if (detail == ".7.20" || detail == ".7.21" || detail == ".7.22" || attribution_has(text, "dkim"))
    cause = "dkim";
  else if (attribution_has(text, "spam"))
    cause = "spam";
  if (cause.empty()) return std::nullopt;
  Attribution found{cause, {fmt::format("reply: {} {} {}", reply.code, reply.enhanced_code, reply.text)}};
  for (const auto& line : traces.filter_log) found.evidence.push_back("filter log: " + line);
  return found;
}

/// Set aside by what the receiver itself wrote into the header.
Found from_header(const Traces& traces) {
  if (traces.stored == nullptr) return std::nullopt;
  const auto* dialect = find_dialect(traces.dialect);
  if (dialect == nullptr) return std::nullopt;
  if (auto cause = dialect->cause(*traces.stored)) {
    Attribution found{cause_of_module(*cause), {}};
    for (const char* name : {"X-Rspamd-Pre-Result", "X-Rspamd-Action"})
      if (const auto* field = traces.stored->first(name))
        found.evidence.push_back(fmt::format("header {}: {}", name, field->value()));
    if (const auto* field = traces.stored->first("X-Spamd-Result"); field != nullptr && *cause == "spam")
      if (const auto result = parse_spamd_result(field->raw)) {
        found.evidence.push_back(fmt::format("score: {:.2f} / {:.2f}", result->score, result->required));
        if (const auto symbols = heaviest_of(*result); !symbols.empty())
          found.evidence.push_back("symbols: " + symbols);
      }
    return found;
  }
  if (equal_ignoring_case(traces.folder, "INBOX")) return std::nullopt;
  if (traces.folder.empty()) return std::nullopt;
  // The receiver's sieve goes by the policy that its own field tells (labctl/service/dovecot/results.sieve).
  for (const auto& field : trusted_results(*traces.stored, traces.authserv_id).trusted) {
    const auto reading = dialect->read(field);
    const auto result = reading.find("dmarc");
    const auto policy = reading.find("dmarc.policy");
    if (result != reading.end() && result->second == "fail" && policy != reading.end() && policy->second != "none" &&
        traces.dialect == "opendmarc")
      return Attribution{"dmarc",
                         {fmt::format("header Authentication-Results of {}: dmarc=fail, policy {}", field.authserv_id,
                                      policy->second)}};
  }
  return std::nullopt;
}

}  // namespace

Attribution attribute(const Traces& traces) {
  // Rspamd's verdict is the last word about what it let through, too.
  for (const auto look : {&from_rspamd_log, &from_reply, &from_header})
    if (auto found = look(traces)) return *std::move(found);
  return from_folder(traces);
}

}  // namespace labctl::mail
