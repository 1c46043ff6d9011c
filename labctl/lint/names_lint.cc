#include <fmt/format.h>

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/evaluate/ip_address.h"
#include "labctl/lint/lint.h"

namespace labctl::lint {
namespace {

using evaluate::normal_name;

/// MX and NS name hosts: with addresses, and not by an alias.
void lint_host(ZoneView& view, const Line& line, const std::string& target, Findings& findings) {
  const auto type = to_lower(line.record.type);
  const auto name = normal_name(target);
  if (evaluate::parse_ip(name)) {
    findings.push_back(
        finding_at(line, type + ".address", Severity::error,
                   line.record.type == "MX" ? "RFC 1035 section 3.3.9" : "RFC 1035 section 3.3.11",
                   {.ja = fmt::format("{} に IP アドレス {} が書かれています。", line.record.type, name),
                    .en = fmt::format("the {} names the address {}: it must name a host", line.record.type, name)},
                   {.ja = "ホスト名を書き、その名前に A レコードを付けます。",
                    .en = "write a host's name, and give that name an A record"}));
    return;
  }
  if (!view.is_known(name)) return;
  if (!view.find(target, "CNAME").empty()) {
    findings.push_back(
        finding_at(line, type + ".alias", Severity::error, "RFC 2181 section 10.3",
                   {.ja = fmt::format("{} の宛先 {} は CNAME です。", line.record.type, target),
                    .en = fmt::format("the {} names {}, which is an alias (CNAME)", line.record.type, target)},
                   {.ja = "CNAME の指す先の名前を書きます。", .en = "name the host that the alias leads to"}));
    return;
  }
  if (view.resolver().query(name, "A").records.empty() && view.resolver().query(name, "AAAA").records.empty())
    findings.push_back(
        finding_at(line, type + ".no-address", Severity::error,
                   line.record.type == "MX" ? "RFC 5321 section 5.1" : "RFC 1912 section 2.3",
                   {.ja = fmt::format("{} の宛先 {} にアドレスがありません。", line.record.type, target),
                    .en = fmt::format("the {} names {}, which has no address", line.record.type, target)},
                   {.ja = fmt::format("{} に A または AAAA レコードを加えます。", target),
                    .en = fmt::format("add an A or AAAA record for {}", target)}));
}

void lint_mx(ZoneView& view, const Line& line, Findings& findings) {
  const auto words = split(line.record.rdata, ' ');
  if (words.size() < 2) return;
  if (words[1] != ".") return lint_host(view, line, words[1], findings);
  const bool alone = view.find(line.record.owner, "MX").size() == 1;
  if (!alone)
    findings.push_back(finding_at(line, "mx.null-and-others", Severity::error, "RFC 7505 section 3",
                                  {.ja = "メールを受け取らない印(MX 0 .)と、ほかの MX が並んでいます。",
                                   .en = "a null MX (no mail is taken) stands beside other MX records"},
                                  {.ja = "どちらかだけにします。", .en = "leave the null MX or the others"}));
  else if (words[0] != "0")
    findings.push_back(finding_at(line, "mx.null-preference", Severity::warning, "RFC 7505 section 3",
                                  {.ja = "null MX の優先度が 0 ではありません。", .en = "a null MX has preference 0"},
                                  {.ja = "MX 0 . と書きます。", .en = "write MX 0 ."}));
}

void lint_cname(ZoneView& view, const WrittenZone& zone, const Line& line, Findings& findings) {
  const auto& record = line.record;
  if (record.owner == zone.apex) {
    findings.push_back(finding_at(line, "cname.apex", Severity::error, "RFC 1912 section 2.4",
                                  {.ja = "ゾーンの頂点に CNAME は置けません(SOA と NS があるため)。",
                                   .en = "the zone's own name can't be an alias: it has SOA and NS records"},
                                  {.ja = "A または AAAA レコードを書きます。", .en = "write A or AAAA records"}));
    return;
  }
  const auto siblings = view.find(record.owner, "CNAME");
  if (siblings.size() > 1 && siblings.back() == &line && siblings.front()->record.rdata != record.rdata)
    findings.push_back(finding_at(line, "cname.two", Severity::error, "RFC 2181 section 10.1",
                                  {.ja = fmt::format("{} に CNAME が 2 つあります。", record.owner),
                                   .en = fmt::format("{} has more than one CNAME", record.owner)},
                                  {.ja = "1 つだけ残します。", .en = "leave one"}));
  // DNSSEC's own records may stand beside an alias (RFC 4034 section 3).
  const auto other = std::ranges::find_if(zone.lines, [&](const Line& candidate) {
    return candidate.record.owner == record.owner && candidate.record.type != "CNAME" &&
           candidate.record.type != "RRSIG" && candidate.record.type != "NSEC";
  });
  if (other != zone.lines.end())
    findings.push_back(
        finding_at(line, "cname.other-data", Severity::error, "RFC 2181 section 10.1",
                   {.ja = fmt::format("{} に CNAME と {}{}があります。", record.owner, other->record.type,
                                      other->line == 0 ? "" : fmt::format(" ({} 行目)", other->line)),
                    .en = fmt::format("{} is an alias and has other data too: {}{}", record.owner, other->record.type,
                                      other->line == 0 ? "" : fmt::format(" (line {})", other->line))},
                   {.ja = "CNAME を消すか、ほかのレコードを指す先の名前に移します。",
                    .en = "remove the CNAME, or move the other records to the name that it leads to"}));
  const auto target = normal_name(record.rdata);
  const auto answer = view.resolver().query(normal_name(record.owner), "A");
  if (answer.is_trouble())
    findings.push_back(finding_at(line, "cname.circle", Severity::error, "RFC 1034 section 3.6.2",
                                  {.ja = fmt::format("{} の CNAME をたどると終わりません。", record.owner),
                                   .en = fmt::format("following the alias {} never ends", record.owner)},
                                  {.ja = "実際のホストの名前を指すようにします。", .en = "let it lead to a host"}));
  else if (view.is_known(target) && view.resolver().query(target, "A").has_no_name())
    findings.push_back(finding_at(line, "cname.dangling", Severity::warning, "RFC 1034 section 3.6.2",
                                  {.ja = fmt::format("CNAME の指す先 {} がありません。", record.rdata),
                                   .en = fmt::format("the alias leads to {}, which does not exist", record.rdata)},
                                  {.ja = "指す先の名前にレコードを加えます。", .en = "add records for that name"}));
}

void lint_ptr(ZoneView& view, const Line& line, Findings& findings) {
  const auto owner = normal_name(line.record.owner);
  if (!evaluate::is_at_or_below(owner, "in-addr.arpa") && !evaluate::is_at_or_below(owner, "ip6.arpa")) {
    findings.push_back(finding_at(line, "ptr.owner", Severity::warning, "RFC 1035 section 3.5",
                                  {.ja = "PTR は逆引きの名前(in-addr.arpa、ip6.arpa)に書きます。",
                                   .en = "a PTR belongs to a name below in-addr.arpa or ip6.arpa"},
                                  {.ja = "逆引きゾーンに移します。", .en = "put it into the reverse zone"}));
    return;
  }
  const auto target = normal_name(line.record.rdata);
  if (!view.is_known(target)) return;
  for (const char* type : {"A", "AAAA"})
    for (const auto& record : view.resolver().query(target, type).records)
      if (const auto address = evaluate::parse_ip(record.rdata); address && evaluate::reverse_name(*address) == owner)
        return;
  findings.push_back(finding_at(line, "ptr.mismatch", Severity::warning, "RFC 1912 section 2.1",
                                {.ja = fmt::format("{} を正引きしてもこのアドレスに戻りません。", line.record.rdata),
                                 .en = fmt::format("{} does not lead back to this address", line.record.rdata)},
                                {.ja = "PTR の名前と A/AAAA レコードを一致させます。",
                                 .en = "make the PTR's name and its A or AAAA record agree"}));
}

/// An address of a host that takes or sends mail, when the reverse zone is among those looked at.
void lint_address(ZoneView& view, const Line& line, Findings& findings) {
  const auto address = evaluate::parse_ip(line.record.rdata);
  if (!address) return;
  const auto reverse = evaluate::reverse_name(*address);
  if (!view.is_known(reverse) || !view.resolver().query(reverse, "PTR").records.empty()) return;
  findings.push_back(finding_at(line, "a.no-ptr", Severity::warning, "RFC 1912 section 2.1",
                                {.ja = fmt::format("{} の逆引き(PTR)がありません。", line.record.rdata),
                                 .en = fmt::format("{} has no PTR record", line.record.rdata)},
                                {.ja = fmt::format("{}. に PTR レコードを加えます。", reverse),
                                 .en = fmt::format("add a PTR record at {}.", reverse)}));
}

}  // namespace

void lint_names(ZoneView& view, const WrittenZone& zone, Findings& findings) {
  for (const auto& line : zone.lines) {
    const auto& type = line.record.type;
    if (type == "MX") lint_mx(view, line, findings);
    if (type == "NS") lint_host(view, line, line.record.rdata, findings);
    if (type == "CNAME") lint_cname(view, zone, line, findings);
    if (type == "PTR") lint_ptr(view, line, findings);
    if (type == "A" || type == "AAAA") lint_address(view, line, findings);
  }
}

}  // namespace labctl::lint
