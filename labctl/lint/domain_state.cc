#include "labctl/lint/domain_state.h"

#include <algorithm>
#include <array>

#include "labctl/base/text.h"
#include "labctl/evaluate/dmarc_record.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/evaluate/spf.h"
#include "labctl/evaluate/tag_list.h"

namespace labctl::lint {
namespace {

constexpr std::array<std::string_view, 5> kLevelNames{"nothing", "publish", "label", "enforce", "report"};
/// Of RFC 5737: no domain of the lab names it as a sender.
constexpr const char* kStranger = "203.0.113.113";

std::vector<std::string> texts_that(const std::vector<std::string>& texts, bool (*is_record)(std::string_view)) {
  std::vector<std::string> found;
  std::ranges::copy_if(texts, std::back_inserter(found), is_record);
  return found;
}

DmarcLevel level_of(const DomainState& state) {
  if (state.policy.empty()) return DmarcLevel::nothing;
  if (state.policy == "none") return DmarcLevel::publish;
  if (state.policy == "quarantine") return DmarcLevel::label;
  return state.aggregate_reports.empty() ? DmarcLevel::enforce : DmarcLevel::report;
}

void look_for_keys(const WrittenZone& zone, DomainState& state) {
  const std::string end = "._domainkey." + state.domain + ".";
  for (const auto& line : zone.lines) {
    if (line.record.type != "TXT" || !line.record.owner.ends_with(end)) continue;
    const auto list = evaluate::parse_tag_list(dns::txt_content(line.record).value_or(""));
    const auto* type = list.find("k");
    const auto* key = list.find("p");
    // RFC 6376 section 3.6.1: an empty p= is a key that was taken back, and rsa needs not be said.
    state.keys.push_back({.selector = line.record.owner.substr(0, line.record.owner.size() - end.size()),
                          .type = type != nullptr ? to_lower(type->value) : "rsa",
                          .revoked = key == nullptr || key->value.empty()});
  }
}

}  // namespace

std::string_view name_of(DmarcLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }

DomainState domain_state(const std::string& domain, evaluate::Resolver& resolver, const WrittenZone& zone) {
  DomainState state{.domain = evaluate::normal_name(domain), .findings = {}};
  for (const auto& record : resolver.query(state.domain, "MX").records) state.mx.push_back(record.rdata);
  std::ranges::sort(state.mx);

  state.spf = texts_that(evaluate::texts_of(resolver.query(state.domain, "TXT")), &evaluate::is_spf_record);
  if (!state.spf.empty()) {
    const auto outcome = evaluate::check_mail_from(
        resolver, {.address = *evaluate::parse_ip(kStranger), .helo = kStranger, .mail_from = "x@" + state.domain});
    state.spf_end = evaluate::name_of(outcome.result);
    state.spf_lookups = outcome.lookups;
  }
  look_for_keys(zone, state);

  state.dmarc =
      texts_that(evaluate::texts_of(resolver.query("_dmarc." + state.domain, "TXT")), &evaluate::is_dmarc_record);
  // RFC 9989 section 4.7: of several records at one name none counts.
  if (state.dmarc.size() == 1) {
    const auto record = evaluate::parse_dmarc_record(state.dmarc.front(), evaluate::DmarcRfc::rfc9989);
    if (record.p || !record.rua.empty()) state.policy = evaluate::name_of(record.p.value_or(evaluate::Policy::none));
    state.aggregate_reports = record.rua;
    state.failure_reports = record.ruf;
  }
  state.level = level_of(state);
  state.findings = lint({zone});
  return state;
}

}  // namespace labctl::lint
