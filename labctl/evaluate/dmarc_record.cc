#include "labctl/evaluate/dmarc_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "labctl/base/text.h"
#include "labctl/evaluate/tag_list.h"

namespace labctl::evaluate {
namespace {

constexpr std::array kPolicies{"none", "quarantine", "reject"};
constexpr std::array kTags7489{"v", "p", "sp", "adkim", "aspf", "pct", "fo", "rf", "ri", "rua", "ruf"};
constexpr std::array kTags9989{"v", "p", "sp", "np", "adkim", "aspf", "psd", "t", "fo", "rua", "ruf"};

std::string format_section(DmarcRfc rfc) {
  return rfc == DmarcRfc::rfc7489 ? "RFC 7489 section 6.3" : "RFC 9989 section 4.7";
}

std::optional<Policy> policy_of(std::string_view value) {
  for (std::size_t i = 0; i < kPolicies.size(); ++i)
    if (equal_ignoring_case(value, kPolicies[i])) return static_cast<Policy>(i);
  return std::nullopt;
}

bool is_failure_option(std::string_view value, DmarcRfc rfc) {
  const auto options = split(value, ':');
  const bool known = std::ranges::all_of(options, [](const auto& option) {
    const auto word = to_lower(trim(option));
    return word == "0" || word == "1" || word == "d" || word == "s";
  });
  // RFC 9989 section 4.8: only d and s go together.
  return known && (rfc == DmarcRfc::rfc7489 || options.size() == 1 ||
                   (options.size() == 2 && !is_digit(trim(options[0])[0]) && !is_digit(trim(options[1])[0]) &&
                    !equal_ignoring_case(trim(options[0]), trim(options[1]))));
}

/// Reads the tags of one record.
class DmarcReader {
 public:
  explicit DmarcReader(DmarcRfc rfc) : rfc_(rfc) {}

  DmarcRecord read(std::string_view text) {
    auto list = parse_tag_list(text);
    record_.problems = std::move(list.problems);
    for (const auto& tag : list.tags)
      // The first of a name counts.
      if (&tag == list.find(tag.name)) take(tag);
    record_.bad_policy = record_.bad_policy || !record_.p;
    if (list.find("p") == nullptr)
      record_.problems.push_back({1, "", "there is no policy: p=none, p=quarantine or p=reject", format_section(rfc_)});
    return std::move(record_);
  }

 private:
  void wrong(const Tag& tag, std::string message) {
    record_.problems.push_back(
        {tag.column, printable(fmt::format("{}={}", tag.name, tag.value)), std::move(message), format_section(rfc_)});
  }

  void take(const Tag& tag) {
    const auto name = to_lower(tag.name);
    const bool is_old = rfc_ == DmarcRfc::rfc7489;
    const bool known = is_old ? std::ranges::find(kTags7489, name) != kTags7489.end()
                              : std::ranges::find(kTags9989, name) != kTags9989.end();
    if (!known) return wrong(tag, fmt::format("tag '{}' is unknown to RFC {}, and ignored", name, name_of(rfc_)));
    if (name == "p") policy(tag, record_.p);
    if (name == "sp") policy(tag, record_.sp);
    if (name == "np") policy(tag, record_.np);
    if (name == "adkim") mode(tag, record_.strict_dkim);
    if (name == "aspf") mode(tag, record_.strict_spf);
    if (name == "psd") psd(tag);
    if (name == "t") test(tag);
    if (name == "pct") percent(tag);
    if (name == "rua") uris(tag, record_.rua);
    if (name == "ruf") uris(tag, record_.ruf);
    if (name == "fo" && !is_failure_option(tag.value, rfc_)) wrong(tag, "fo is 0, 1, d or s; d:s asks for both");
    if (name == "rf" && !equal_ignoring_case(tag.value, "afrf")) wrong(tag, "rf is afrf");
    if (name == "ri" && (tag.value.empty() || !std::ranges::all_of(tag.value, is_digit)))
      wrong(tag, "ri is a number of seconds");
  }

  void policy(const Tag& tag, std::optional<Policy>& place) {
    place = policy_of(tag.value);
    if (place) return;
    record_.bad_policy = true;
    const std::vector<std::string> names(kPolicies.begin(), kPolicies.end());
    const auto meant = nearest(tag.value, names);
    wrong(tag, fmt::format("'{}' is no policy{}", printable(tag.value),
                           meant ? fmt::format("; '{}' is one", *meant) : ": none, quarantine or reject"));
  }

  void mode(const Tag& tag, bool& strict) {
    strict = equal_ignoring_case(tag.value, "s");
    if (!strict && !equal_ignoring_case(tag.value, "r")) wrong(tag, "alignment is r or s");
  }

  void psd(const Tag& tag) {
    const auto value = to_lower(tag.value);
    if (value == "y" || value == "n" || value == "u")
      record_.psd = value.front();
    else
      wrong(tag, "psd is y, n or u");
  }

  void test(const Tag& tag) {
    record_.is_test = equal_ignoring_case(tag.value, "y");
    if (!record_.is_test && !equal_ignoring_case(tag.value, "n")) wrong(tag, "t is y or n");
  }

  void percent(const Tag& tag) {
    int number = 0;
    const auto end = tag.value.data() + tag.value.size();
    const auto read = std::from_chars(tag.value.data(), end, number);
    if (read.ec == std::errc() && read.ptr == end && number >= 0 && number <= 100)
      record_.percent = number;
    else
      wrong(tag, "pct is a number from 0 to 100");
  }

  void uris(const Tag& tag, std::vector<std::string>& place) {
    for (const auto& part : split(tag.value, ',')) {
      const auto uri = trim(part);
      if (is_report_uri(uri))
        place.emplace_back(uri);
      else
        wrong(tag, fmt::format("'{}' is no URI for reports, such as mailto:dmarc@example.com", printable(uri)));
    }
  }

  DmarcRfc rfc_;
  DmarcRecord record_;
};

}  // namespace

std::string_view name_of(DmarcRfc rfc) { return rfc == DmarcRfc::rfc7489 ? "7489" : "9989"; }

std::string_view name_of(Policy policy) { return kPolicies[static_cast<std::size_t>(policy)]; }

Policy lowered(Policy policy) { return policy == Policy::reject ? Policy::quarantine : Policy::none; }

bool is_dmarc_record(std::string_view text) {
  const auto tag = text.substr(0, text.find(';'));
  const auto equals = tag.find('=');
  if (equals == std::string_view::npos || tag.starts_with(' ') || tag.starts_with('\t')) return false;
  // RFC 7489 section 6.3 and RFC 9989 section 4.7: the value is matched precisely, upper case and all.
  return equal_ignoring_case(trim(tag.substr(0, equals)), "v") && trim(tag.substr(equals + 1)) == "DMARC1";
}

DmarcRecord parse_dmarc_record(std::string_view text, DmarcRfc rfc) { return DmarcReader(rfc).read(text); }

bool is_report_uri(std::string_view uri) {
  // RFC 7489 section 6.2: "!10m" at the end is a size, which RFC 9989 ignores.
  if (const auto size = uri.rfind('!'); size != std::string_view::npos) {
    auto digits = uri.substr(size + 1);
    if (!digits.empty() && std::string_view("kmgtKMGT").find(digits.back()) != std::string_view::npos)
      digits.remove_suffix(1);
    if (digits.empty() || !std::ranges::all_of(digits, is_digit)) return false;
    uri = uri.substr(0, size);
  }
  const auto colon = uri.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == uri.size()) return false;
  const auto scheme = uri.substr(0, colon);
  const auto is_alpha = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  // RFC 3986 section 3.1
  if (!is_alpha(scheme.front()) || !std::ranges::all_of(scheme, [&](char c) {
        return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
      }))
    return false;
  if (std::ranges::any_of(uri, [](char c) { return c <= ' ' || c > '~' || c == '<' || c == '>' || c == '"'; }))
    return false;
  if (!equal_ignoring_case(scheme, "mailto")) return true;
  const auto address = uri.substr(colon + 1);
  const auto at = address.rfind('@');
  return at != std::string_view::npos && at > 0 && at + 1 < address.size();
}

}  // namespace labctl::evaluate
