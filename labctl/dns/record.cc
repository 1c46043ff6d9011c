#include "labctl/dns/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "labctl/base/text.h"
#include "labctl/dns/record_of_rr.h"

namespace labctl::dns {
namespace {

constexpr std::uint32_t kDefaultTtl = 20;      // the hands-on's own
constexpr std::size_t kLongestString = 255;    // RFC 1035 section 3.3
constexpr std::size_t kLongestText = 16'384;

/// First word of `rest`, which loses it.
std::string_view next_word(std::string_view& rest) {
  rest = rest.substr(std::min(rest.find_first_not_of(" \t"), rest.size()));
  const auto end = std::min(rest.find_first_of(" \t"), rest.size());
  const auto word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

bool is_number(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

/// Character strings of TXT rdata, each without its quotes, escapes kept.
Result<std::vector<std::string>> quoted_strings(std::string_view rdata) {
  std::vector<std::string> strings;
  rdata = trim(rdata);
  while (!rdata.empty()) {
    if (rdata.front() != '"')
      return usage_error(fmt::format("the text of a TXT record must stand in double quotes: {}", printable(rdata)), {},
                         "in a shell put single quotes around the whole record: '_dmarc 20 TXT \"v=DMARC1; p=none\"'");
    std::size_t end = 1;
    while (end < rdata.size() && rdata[end] != '"') end += rdata[end] == '\\' ? 2 : 1;
    if (end >= rdata.size()) return usage_error(fmt::format("the quotation mark is not closed: {}", printable(rdata)));
    strings.emplace_back(rdata.substr(1, end - 1));
    rdata = trim(rdata.substr(end + 1));
  }
  if (strings.empty()) return usage_error("the TXT record has no text");
  return strings;
}

/// Pieces of at most 255 octets as they are on the wire; an escape (RFC 1035 section 5.1) is never cut.
std::string split_long(const std::vector<std::string>& strings) {
  std::string rdata;
  for (const auto& whole : strings) {
    std::string piece;
    std::size_t octets = 0;
    const auto flush = [&] {
      rdata += fmt::format("{}\"{}\"", rdata.empty() ? "" : " ", piece);
      piece.clear();
      octets = 0;
    };
    for (std::size_t at = 0; at < whole.size(); ++octets) {
      std::size_t length = 1;
      if (whole[at] == '\\') length = at + 1 < whole.size() && is_number(whole.substr(at + 1, 1)) ? 4 : 2;
      if (octets == kLongestString) flush();
      piece += whole.substr(at, length);
      at += length;
    }
    flush();
  }
  return rdata;
}

}  // namespace

Record record_of(const ldns_rr* rr) {
  std::string rdata;
  for (std::size_t i = 0; i < ldns_rr_rd_count(rr); ++i)
    rdata += fmt::format("{}{}", rdata.empty() ? "" : " ", take_text(ldns_rdf2str(ldns_rr_rdf(rr, i))));
  return {.owner = to_lower(take_text(ldns_rdf2str(ldns_rr_owner(rr)))),
          .ttl = ldns_rr_ttl(rr),
          .type = take_text(ldns_rr_type2str(ldns_rr_get_type(rr))),
          .rdata = std::move(rdata)};
}

Result<std::string> absolute_name(std::string_view name, std::string_view zone) {
  std::string whole(name);
  const std::string apex = zone.ends_with('.') ? std::string(zone) : std::string(zone) + ".";
  if (whole == "@" || whole.empty()) whole = apex;
  else if (!whole.ends_with('.')) whole += apex == "." ? "." : "." + apex;
  const LdnsHandle<ldns_rdf> rdf(ldns_dname_new_frm_str(whole.c_str()));
  if (!rdf) return usage_error(fmt::format("'{}' is no domain name", printable(name)), {}, "RFC 1035 section 2.3.4: labels of 1 to 63 octets, 255 in all");
  return to_lower(take_text(ldns_rdf2str(rdf.get())));
}

Result<Record> parse_record(std::string_view text, std::string_view zone) {
  const auto whole = trim(text);
  if (whole.size() > kLongestText || whole.find_first_of("\r\n") != std::string_view::npos)
    return usage_error("a record is one line of at most 16384 characters");
  std::string_view rest = whole;
  const auto owner_word = next_word(rest);
  if (owner_word.empty()) return usage_error("the record is empty", {}, "write it as in a zone file: OWNER TTL TYPE DATA");
  LABCTL_ASSIGN(const auto owner, absolute_name(owner_word, zone));
  std::uint32_t ttl = kDefaultTtl;
  auto word = next_word(rest);
  if (is_number(word)) {
    // RFC 2181 section 8: 31 bits.
    if (std::from_chars(word.data(), word.data() + word.size(), ttl).ec != std::errc() || ttl > 0x7fffffffU)
      return usage_error(fmt::format("'{}' is no TTL", word));
    word = next_word(rest);
  }
  if (equal_ignoring_case(word, "IN")) word = next_word(rest);
  std::string type(word);
  std::ranges::transform(type, type.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  if (type.empty() || ldns_get_rr_type_by_name(type.c_str()) == 0)
    return usage_error(fmt::format("'{}' is no record type", printable(word)), {}, "write it as in a zone file: OWNER TTL TYPE DATA");
  std::string rdata(trim(rest));
  if (type == "TXT") {
    LABCTL_ASSIGN(const auto strings, quoted_strings(rdata));
    rdata = split_long(strings);
  }
  const std::string line = fmt::format("{} {} IN {} {}", owner, ttl, type, rdata);
  const std::string apex = zone.ends_with('.') ? std::string(zone) : std::string(zone) + ".";
  const LdnsHandle<ldns_rdf> origin(ldns_dname_new_frm_str(apex.c_str()));
  ldns_rr* parsed = nullptr;
  const auto status = ldns_rr_new_frm_str(&parsed, line.c_str(), ttl, origin.get(), nullptr);
  const LdnsHandle<ldns_rr> rr(parsed);
  if (status != LDNS_STATUS_OK || ldns_rr_rd_count(parsed) == 0)
    return usage_error(fmt::format("the data of the {} record can't be read: '{}' ({})", type, printable(rdata), ldns_get_errorstr_by_id(status)));
  return record_of(parsed);
}

std::string to_line(const Record& record) {
  return fmt::format("{}\t{}\t{}\t{}", record.owner, record.ttl, record.type, record.rdata);
}

Result<std::string> txt_content(const Record& record) {
  LABCTL_ASSIGN(const auto strings, quoted_strings(record.rdata));
  std::string text;
  for (const auto& piece : strings)
    for (std::size_t at = 0; at < piece.size();) {
      if (piece[at] != '\\') {
        text += piece[at++];
      } else if (at + 3 < piece.size() && is_number(piece.substr(at + 1, 3))) {
        text += static_cast<char>(std::stoi(piece.substr(at + 1, 3)));
        at += 4;
      } else {
        if (at + 1 < piece.size()) text += piece[at + 1];
        at += 2;
      }
    }
  return text;
}

// RFC 1982 section 3.2
bool serial_is_newer(std::uint32_t a, std::uint32_t b) { return a != b && static_cast<std::uint32_t>(a - b) < 0x80000000U; }

}  // namespace labctl::dns
