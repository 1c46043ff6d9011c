#include "labctl/evaluate/zone_resolver.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/dns/zone_text.h"
#include "labctl/evaluate/domain_name.h"

namespace labctl::evaluate {
namespace {

constexpr std::size_t kLargestZone = 8U << 20U;
constexpr int kLongestChain = 8;  // of aliases

bool is_in_zone(std::string_view owner, std::string_view apex) {
  return apex == "." || owner == apex || owner.ends_with("." + std::string(apex));
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : std::string(line) + " ") {
    if (c == ';') break;
    if (c != ' ' && c != '\t') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

/// What the file itself says the zone is.
std::optional<std::string> stated_zone(const std::string& text) {
  for (const auto& line : lines_of(text)) {
    const auto words = words_of(line);
    if (words.size() < 2) continue;
    if (equal_ignoring_case(words[0], "$ORIGIN")) return words[1];
    const bool is_soa = std::ranges::any_of(words, [](const auto& word) { return equal_ignoring_case(word, "SOA"); });
    if (is_soa && words[0].ends_with('.')) return words[0];
  }
  return std::nullopt;
}

std::string zone_in_file_name(const std::string& file) {
  std::string name = file.substr(file.rfind('/') + 1);
  for (const char* suffix : {".zone", ".txt", ".db"})
    if (name.ends_with(suffix)) name.resize(name.size() - std::string_view(suffix).size());
  return name.find('.') != std::string::npos && is_mail_domain(normal_name(name)) ? name : ".";
}

bool has_owner(const Zone& zone, std::string_view owner) {
  return std::ranges::any_of(zone.records, [&](const auto& record) { return record.owner == owner; });
}

/// `owner` itself, or the wildcard that stands for it (RFC 4592 section 3.3.1); empty when it does not exist.
std::string matching_owner(const Zone& zone, const std::string& owner) {
  if (std::ranges::any_of(zone.records, [&](const auto& record) { return is_in_zone(record.owner, owner); }))
    return owner;
  for (std::string above = owner; above != zone.apex;) {
    const auto dot = above.find('.');
    if (dot == std::string::npos || dot + 1 >= above.size()) break;
    above = above.substr(dot + 1);
    if (has_owner(zone, "*." + above)) return "*." + above;
    // The nearest name that exists decides.
    if (std::ranges::any_of(zone.records, [&](const auto& record) { return is_in_zone(record.owner, above); })) break;
  }
  return {};
}

}  // namespace

std::string zone_of_file(const std::string& text, const std::string& file) {
  return stated_zone(text).value_or(zone_in_file_name(file));
}

Result<Zone> read_zone_text(const std::string& text, const std::string& file) {
  Zone zone;
  LABCTL_ASSIGN(zone.apex, dns::absolute_name("@", zone_of_file(text, file)));
  LABCTL_ASSIGN(zone.records, dns::parse_zone_text(text, zone.apex, file));
  if (zone.records.empty())
    return usage_error(zone.apex == "." ? "the zone file holds no record"
                                        : fmt::format("the zone file holds no record of {}", zone.apex),
                       file,
                       "a zone file's zone is its $ORIGIN, the owner of its SOA, or the file's name without .zone");
  return zone;
}

Result<Zone> read_zone_file(const std::string& path) {
  const auto text = read_file(path, 0, kLargestZone);
  if (!text) return usage_error(text.error().message, text.error().where);  // the name is the person's
  return read_zone_text(*text, path);
}

Answer ZoneResolver::query(std::string_view name, std::string_view type) {
  std::string owner = zone_name(normal_name(name));
  for (int hop = 0; hop < kLongestChain; ++hop) {
    asked_.insert(normal_name(owner));
    const Zone* zone = nullptr;
    for (const auto& candidate : zones_)
      if (is_in_zone(owner, candidate.apex) && (zone == nullptr || candidate.apex.size() > zone->apex.size()))
        zone = &candidate;
    if (zone == nullptr) {
      outside_.insert(normal_name(owner));
      return {.rcode = "NXDOMAIN", .records = {}};
    }
    const auto match = matching_owner(*zone, owner);
    if (match.empty()) return {.rcode = "NXDOMAIN", .records = {}};
    Answer answer;
    std::string alias;
    for (const auto& record : zone->records) {
      if (record.owner != match) continue;
      if (record.type == "CNAME") alias = record.rdata;
      if (record.type == type) answer.records.push_back(record);
    }
    if (!answer.records.empty() || alias.empty()) return answer;
    owner = std::move(alias);
  }
  return {.rcode = "SERVFAIL", .records = {}};  // a circle of aliases
}

}  // namespace labctl::evaluate
