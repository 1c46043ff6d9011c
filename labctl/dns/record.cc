#include "labctl/dns/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "labctl/base/text.h"
#include "labctl/dns/record_of_rr.h"
#include "labctl/dns/txt.h"

namespace labctl::dns {
namespace {

constexpr std::uint32_t kDefaultTtl = 20;  // the hands-on's own
constexpr std::size_t kLongestText = 16'384;
constexpr const char* kFormHint = "write it as in a zone file: OWNER TTL TYPE DATA";

/// First word of `rest`, which loses it.
std::string_view next_word(std::string_view& rest) {
  rest = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
  const auto end = std::min(rest.find_first_of(" \t"), rest.size());
  const auto word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

/// Seconds of "3600" or "1h30m", as Knot's zone files have them.
Result<std::uint32_t> parse_ttl(std::string_view word) {
  std::uint64_t total = 0;
  std::uint64_t number = 0;
  bool digits = false;
  for (const char c : to_lower(word)) {
    if (c >= '0' && c <= '9') {
      number = std::min<std::uint64_t>(number * 10 + static_cast<std::uint64_t>(c - '0'), 1ULL << 32U);
      digits = true;
      continue;
    }
    constexpr std::string_view kUnits = "smhdw";
    constexpr std::uint64_t kSeconds[] = {1, 60, 3600, 86400, 604800};
    const auto unit = kUnits.find(c);
    if (unit == std::string_view::npos || !digits) return usage_error(fmt::format("'{}' is no TTL", printable(word)));
    total += number * kSeconds[unit];
    number = 0;
    digits = false;
  }
  total += number;
  // RFC 2181 section 8: 31 bits.
  if (total > 0x7fffffffU) return usage_error(fmt::format("the TTL '{}' is over 2147483647 seconds", word));
  return static_cast<std::uint32_t>(total);
}

bool looks_like_ttl(std::string_view word) { return !word.empty() && word.front() >= '0' && word.front() <= '9'; }

std::string apex_of(std::string_view zone) { return zone.ends_with('.') ? std::string(zone) : std::string(zone) + "."; }

std::string to_upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

bool is_type(const std::string& type) {
  // RFC 3597 section 5; ldns takes anything behind the digits.
  constexpr std::string_view kUnknown = "TYPE";
  const auto number = std::string_view(type).substr(std::min(kUnknown.size(), type.size()));
  if (type.starts_with(kUnknown) &&
      (number.size() > 5 || !std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; })))
    return false;
  return ldns_get_rr_type_by_name(type.c_str()) != 0;
}

}  // namespace

bool is_whole(const ldns_rr* rr) {
  return ldns_rr_rd_count(rr) >= ldns_rr_descriptor_minimum(ldns_rr_descript(ldns_rr_get_type(rr)));
}

Record record_of(const ldns_rr* rr) {
  std::string rdata;
  for (std::size_t i = 0; i < ldns_rr_rd_count(rr); ++i) {
    const ldns_rdf* rdf = ldns_rr_rdf(rr, i);
    std::string text = take_text(ldns_rdf2str(rdf));
    if (ldns_rdf_get_type(rdf) == LDNS_RDF_TYPE_DNAME) text = to_lower(text);
    rdata += fmt::format("{}{}", rdata.empty() ? "" : " ", text);
  }
  return {.owner = to_lower(take_text(ldns_rdf2str(ldns_rr_owner(rr)))),
          .ttl = ldns_rr_ttl(rr),
          .type = take_text(ldns_rr_type2str(ldns_rr_get_type(rr))),
          .rdata = std::move(rdata)};
}

Result<std::string> absolute_name(std::string_view name, std::string_view zone) {
  const std::string apex = apex_of(zone);
  std::string whole(name);
  if (whole == "@" || whole.empty())
    whole = apex;
  else if (!whole.ends_with('.'))
    whole += apex == "." ? "." : "." + apex;
  // Blanks and control characters are octets like others to DNS, but in a name that a person wrote they are a slip.
  const bool odd = std::ranges::any_of(whole, [](unsigned char c) { return c <= ' ' || c >= 0x7f; });
  const LdnsHandle<ldns_rdf> rdf(odd ? nullptr : ldns_dname_new_frm_str(whole.c_str()));
  if (!rdf)
    return usage_error(fmt::format("'{}' is no domain name", printable(name)), {},
                       "RFC 1035 section 2.3.4: labels of 1 to 63 octets, 255 in all; ASCII without blanks");
  return to_lower(take_text(ldns_rdf2str(rdf.get())));
}

Result<Record> parse_record(std::string_view text, std::string_view zone) {
  if (text.size() > kLongestText)
    return usage_error(fmt::format("the record is longer than {} characters", kLongestText));
  LABCTL_ASSIGN(const auto whole, one_line(text));
  const auto odd = std::ranges::find_if(whole, [](unsigned char c) { return c < ' ' && c != '\t'; });
  if (odd != whole.end()) return usage_error(fmt::format("the record holds a control character: {}", printable(whole)));
  std::string_view rest = trim(whole);
  const auto owner_word = next_word(rest);
  if (owner_word.empty()) return usage_error("the record is empty", {}, kFormHint);
  LABCTL_ASSIGN(const auto owner, absolute_name(owner_word, zone));
  // RFC 1035 section 5.1: TTL and class in either order, each optional.
  std::optional<std::uint32_t> ttl;
  bool with_class = false;
  auto word = next_word(rest);
  while (true) {
    if (!ttl && looks_like_ttl(word)) {
      LABCTL_ASSIGN(ttl, parse_ttl(word));
    } else if (!with_class && equal_ignoring_case(word, "IN")) {
      with_class = true;
    } else {
      break;
    }
    word = next_word(rest);
  }
  const std::string type = to_upper(word);
  if (type.empty())
    return usage_error(fmt::format("the record ends before its type: {}", printable(trim(whole))), {}, kFormHint);
  if (!is_type(type)) return usage_error(fmt::format("'{}' is no record type", printable(word)), {}, kFormHint);
  std::string rdata(trim(rest));
  if (type == "TXT") {
    LABCTL_ASSIGN(const auto strings, quoted_strings(rdata));
    rdata = quote_in_pieces(strings);
  }
  const std::string line = fmt::format("{} {} IN {} {}", owner, ttl.value_or(kDefaultTtl), type, rdata);
  const LdnsHandle<ldns_rdf> origin(ldns_dname_new_frm_str(apex_of(zone).c_str()));
  ldns_rr* parsed = nullptr;
  const auto status = ldns_rr_new_frm_str(&parsed, line.c_str(), kDefaultTtl, origin.get(), nullptr);
  const LdnsHandle<ldns_rr> rr(parsed);
  if (status != LDNS_STATUS_OK || ldns_rr_rd_count(parsed) == 0 || !is_whole(parsed))
    return usage_error(
        fmt::format("the data of the {} record can't be read: '{}'{}", type, printable(rdata),
                    status == LDNS_STATUS_OK ? "" : fmt::format(" ({})", ldns_get_errorstr_by_id(status))));
  return record_of(parsed);
}

bool is_record_type(std::string_view type) { return is_type(to_upper(type)); }

std::string to_line(const Record& record) {
  return fmt::format("{}\t{}\t{}\t{}", record.owner, record.ttl, record.type, record.rdata);
}

// RFC 1982 section 3.2
bool serial_is_newer(std::uint32_t a, std::uint32_t b) { return a != b && a - b < 0x80000000U; }

}  // namespace labctl::dns
