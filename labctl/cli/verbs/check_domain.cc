#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <set>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/evaluate/zone_resolver.h"
#include "labctl/lab/zone_admin.h"
#include "labctl/lint/domain_state.h"

namespace labctl::cli {
namespace {

struct CheckDomainFlags {
  std::string domain;
  bool json = false;
};

LocalText level_text(lint::DmarcLevel level) {
  switch (level) {
    case lint::DmarcLevel::nothing:
      return {.ja = "受信側が使える DMARC レコードはありません", .en = "no DMARC record that receivers could use"};
    case lint::DmarcLevel::publish:
      return {.ja = "公開 (p=none): 受信側は見るだけです", .en = "published (p=none): receivers look and do nothing"};
    case lint::DmarcLevel::label:
      return {.ja = "隔離 (p=quarantine): 失敗したメールは迷惑メールへ",
              .en = "labelled (p=quarantine): what fails is junk"};
    case lint::DmarcLevel::enforce:
      return {.ja = "拒否 (p=reject): ただしレポート先 rua がありません",
              .en = "enforced (p=reject), but nobody gets reports"};
    case lint::DmarcLevel::report:
      return {.ja = "拒否 (p=reject) とレポート", .en = "enforced (p=reject), with reports"};
  }
  return {};
}

/// The domain's state by the zones as their authorities have them now.
Result<lint::DomainState> state_of(const Context& context, const std::string& domain) {
  LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
  const auto ports = lab->ports(context.stop);
  const std::string name = evaluate::normal_name(to_lower(domain));
  if (!evaluate::is_mail_domain(name) || !lab->topology().is_inside(name))
    return usage_error(fmt::format("'{}' is no domain of the lab", printable(domain)), {},
                       fmt::format("the lab's domains end in {}", lab->topology().domain));
  const auto places = lab->zone_admin(context.stop)->places();
  std::set<std::string> wanted{name};
  std::set<std::string> read;
  std::vector<evaluate::Zone> zones;
  lint::WrittenZone own;
  lint::DomainState state;
  // Only zones that something is asked of: another participant's, whose name server is down, is no trouble of this one.
  while (true) {
    const auto had = read.size();
    for (const auto& place : places) {
      const auto lies_in = [&](const std::string& asked) {
        return place.zone == "." || evaluate::is_at_or_below(asked, place.zone);
      };
      if (!std::ranges::any_of(wanted, lies_in) || !read.insert(place.zone).second) continue;
      LABCTL_ASSIGN(auto records, ports.zones.read(place.zone));
      // The zone that lies nearest above the domain is its own; the list goes from the root down.
      if (lies_in(name)) {
        own = {.apex = place.apex(), .file = place.zone, .lines = {}};
        for (const auto& record : records) own.lines.push_back({.record = record, .text = {}});
      }
      zones.push_back({.apex = place.apex(), .records = std::move(records)});
    }
    if (read.size() == had) return state;
    evaluate::ZoneResolver resolver(zones);
    state = lint::domain_state(name, resolver, own);
    wanted = resolver.asked();
  }
}

Json json_of_state(const lint::DomainState& state) {
  Json keys = Json::array();
  for (const auto& key : state.keys)
    keys.push_back({{"selector", key.selector}, {"type", key.type}, {"revoked", key.revoked}});
  Json findings = Json::array();
  for (const auto& finding : state.findings)
    findings.push_back({{"id", finding.id},
                        {"severity", lint::name_of(finding.severity)},
                        {"owner", finding.owner},
                        {"message", {{"ja", finding.message.ja}, {"en", finding.message.en}}},
                        {"advice", {{"ja", finding.advice.ja}, {"en", finding.advice.en}}},
                        {"source", finding.source}});
  return {{"domain", state.domain},
          {"level", lint::name_of(state.level)},
          {"mx", state.mx},
          {"spf", {{"records", state.spf}, {"others", state.spf_end}, {"lookups", state.spf_lookups}}},
          {"dkim", std::move(keys)},
          {"dmarc", {{"records", state.dmarc}, {"policy", state.policy}}},
          {"reports", {{"rua", state.aggregate_reports}, {"ruf", state.failure_reports}}},
          {"findings", std::move(findings)}};
}

void print_state(const lint::DomainState& state, Language language) {
  const bool ja = language == Language::ja;
  const auto row = [](std::string_view name, const std::vector<std::string>& values, std::string_view none) {
    if (values.empty()) print("  {:<8} {}\n", name, none);
    for (const auto& value : values) print("  {:<8} {}\n", name, printable(value));
  };
  print("{}: LEVEL {} - {}\n", state.domain, lint::name_of(state.level), level_text(state.level).in(language));
  row("MX", state.mx, ja ? "なし" : "none");
  row("SPF", state.spf, ja ? "なし" : "none");
  if (!state.spf.empty())
    print(std::string_view(
        ja ? fmt::format("           それ以外の送信元: {}、DNS を引く項: {} / 10\n", state.spf_end, state.spf_lookups)
           : fmt::format("           everybody else: {}; terms that ask DNS: {} of 10\n", state.spf_end,
                         state.spf_lookups)));
  std::vector<std::string> keys;
  for (const auto& key : state.keys)
    keys.push_back(fmt::format("{} ({}{})", key.selector, key.type, key.revoked ? (ja ? "、失効" : ", revoked") : ""));
  row("DKIM", keys, ja ? "鍵なし" : "no key");
  row("DMARC", state.dmarc, ja ? "なし" : "none");
  row("rua", state.aggregate_reports, ja ? "なし" : "none");
  row("ruf", state.failure_reports, ja ? "なし" : "none");
  for (const auto& finding : state.findings)
    print("{}: {} [{}]: {}\n  -> {} ({})\n", lint::name_of(finding.severity), finding.owner, finding.id,
          printable(finding.message.in(language)), printable(finding.advice.in(language)), finding.source);
}

}  // namespace

Action declare_check_domain(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<CheckDomainFlags>();
  app.add_option("domain", flags->domain, "a domain of the lab: m001.mail.nic.example")->required();
  declare_json(app, flags->json);
  app.footer(
      "Exit code 1 when lint finds an error in the domain's zone.\n"
      "JSON: {\"domain\", \"level\": \"nothing\"|\"publish\"|\"label\"|\"enforce\"|\"report\", \"mx\": [rdata], "
      "\"spf\": "
      "{\"records\", \"others\", \"lookups\"}, \"dkim\": [{\"selector\", \"type\", \"revoked\"}], \"dmarc\": "
      "{\"records\", \"policy\"}, \"reports\": {\"rua\", \"ruf\"}, \"findings\": as those of zone lint}");
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto state, state_of(context, flags->domain));
    if (flags->json)
      print_json(json_of_state(state));
    else
      print_state(state, context.language);
    const bool has_error = std::ranges::any_of(
        state.findings, [](const lint::Finding& one) { return one.severity == lint::Severity::error; });
    return has_error ? 1 : 0;
  };
}

}  // namespace labctl::cli
