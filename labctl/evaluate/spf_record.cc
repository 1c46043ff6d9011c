#include "labctl/evaluate/spf_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "labctl/base/text.h"

namespace labctl::evaluate {
namespace {

constexpr std::string_view kVersion = "v=spf1";
constexpr std::array kMechanismNames{"all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"};

/// Section of RFC 7208 for each mechanism, in the order of the enum.
constexpr std::array kMechanismSections{"5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "5.6", "5.7"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// RFC 7208 section 6: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
bool is_modifier_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, [](char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
  });
}

/// One term of a record while it is read.
class TermReader {
 public:
  TermReader(SpfRecord& record, std::string_view term, std::size_t column)
      : record_(record), term_(term), column_(column) {}

  void read() {
    const auto end = std::min(term_.find_first_of("=:/"), term_.size());
    if (end < term_.size() && term_[end] == '=')
      modifier(term_.substr(0, end), term_.substr(end + 1));
    else
      directive(end);
  }

 private:
  void wrong(std::string message, std::string_view section) {
    record_.problems.push_back(
        {column_, printable(term_), std::move(message), fmt::format("{} section {}", "RFC 7208", section)});
  }

  void modifier(std::string_view name, std::string_view value) {
    if (!is_modifier_name(name)) return wrong(fmt::format("'{}' is no name of a modifier", printable(name)), "4.6.1");
    SpfModifier read{.name = to_lower(name), .value = {}, .text = printable(term_), .column = column_};
    const bool known = read.name == "redirect" || read.name == "exp";
    auto macro =
        parse_macro_string(value, known ? MacroPlace::domain : MacroPlace::modifier, column_ + name.size() + 1);
    if (!macro) return record_.problems.push_back(std::move(macro.error()));
    read.value = std::move(*macro);
    if (!known) return record_.unknown.push_back(std::move(read));
    auto& place = read.name == "exp" ? record_.exp : record_.redirect;
    if (place) return wrong(fmt::format("'{}' may stand once only", read.name), "6");
    place = std::move(read);
  }

  void directive(std::size_t name_end) {
    SpfDirective read{.domain = {}, .network = {}, .text = printable(term_), .column = column_};
    std::size_t begin = 1;
    switch (term_.front()) {
      case '+':
        break;
      case '-':
        read.result = SpfResult::fail;
        break;
      case '~':
        read.result = SpfResult::softfail;
        break;
      case '?':
        read.result = SpfResult::neutral;
        break;
      default:
        begin = 0;
    }
    const std::string name = to_lower(term_.substr(begin, std::max(name_end, begin) - begin));
    const auto known = std::ranges::find(kMechanismNames, name);
    if (known == kMechanismNames.end()) return unknown_mechanism(name);
    read.mechanism = static_cast<SpfMechanism>(known - kMechanismNames.begin());
    const auto rest = term_.substr(name_end);
    if (arguments(read, name, rest)) record_.directives.push_back(std::move(read));
  }

  void unknown_mechanism(const std::string& name) {
    const std::vector<std::string> names(kMechanismNames.begin(), kMechanismNames.end());
    // RFC 7208 section 5.6: ip4 and ip6 are written so, whatever the protocols are called.
    const auto meant = name == "ipv4" ? "ip4" : name == "ipv6" ? "ip6" : nearest(name, names);
    wrong(fmt::format("there is no mechanism '{}'{}", printable(name),
                      meant ? fmt::format("; '{}' is one", *meant) : std::string()),
          name.starts_with("ipv") ? "5.6" : "4.6.1");
  }

  bool arguments(SpfDirective& read, const std::string& name, std::string_view rest) {
    const auto section = kMechanismSections[static_cast<std::size_t>(read.mechanism)];
    const bool has_argument = rest.starts_with(':');
    const auto column = column_ + (term_.size() - rest.size()) + 1;
    switch (read.mechanism) {
      case SpfMechanism::all:
        if (!rest.empty()) return wrong("nothing may stand behind 'all'", section), false;
        return true;
      case SpfMechanism::ip4:
      case SpfMechanism::ip6:
        if (!has_argument) return wrong(fmt::format("'{}' needs ':' and an address", name), section), false;
        return network(read, rest.substr(1));
      case SpfMechanism::include:
      case SpfMechanism::exists:
        if (!has_argument) return wrong(fmt::format("'{}' needs ':' and a domain", name), section), false;
        return domain(read, rest.substr(1), column);
      case SpfMechanism::ptr:
        if (rest.empty()) return true;
        if (!has_argument) return wrong("'ptr' takes ':' and a domain, and no prefix length", section), false;
        return domain(read, rest.substr(1), column);
      case SpfMechanism::a:
      case SpfMechanism::mx:
        if (!prefix_lengths(read, rest)) return false;
        if (rest.empty()) return true;
        if (!has_argument) return wrong(fmt::format("'{}' takes ':' and a domain", name), section), false;
        return domain(read, rest.substr(1), column);
    }
    return false;
  }

  bool domain(SpfDirective& read, std::string_view text, std::size_t column) {
    auto macro = parse_macro_string(text, MacroPlace::domain, column);
    if (!macro) {
      record_.problems.push_back(std::move(macro.error()));
      return false;
    }
    read.domain = std::move(*macro);
    return true;
  }

  /// RFC 7208 section 5.6: "/" and a number without leading zeros.
  bool prefix(std::string_view digits, int most, int& value) {
    int number = 0;
    const auto end = digits.data() + digits.size();
    const bool good = !digits.empty() && digits.size() <= 3 && (digits == "0" || digits.front() != '0') &&
                      std::from_chars(digits.data(), end, number).ptr == end && number >= 0 && number <= most;
    if (!good) return wrong(fmt::format("'/{}' is no prefix length: 0 to {}", printable(digits), most), "5.6"), false;
    value = number;
    return true;
  }

  /// Takes "/24", "//64" or "/24//64" from the end of `rest`.
  bool prefix_lengths(SpfDirective& read, std::string_view& rest) {
    const auto digits_at_end = [&] {
      const auto last = rest.find_last_not_of("0123456789");
      return last != std::string_view::npos && rest[last] == '/' && last + 1 < rest.size() ? last
                                                                                           : std::string_view::npos;
    };
    auto slash = digits_at_end();
    if (slash != std::string_view::npos && slash > 0 && rest[slash - 1] == '/') {
      if (!prefix(rest.substr(slash + 1), 128, read.prefix6)) return false;
      rest = rest.substr(0, slash - 1);
      slash = digits_at_end();
      if (slash != std::string_view::npos && slash > 0 && rest[slash - 1] == '/')
        return wrong("'//' and a prefix length stand twice", "5.3"), false;
    }
    if (slash == std::string_view::npos) return true;
    if (!prefix(rest.substr(slash + 1), 32, read.prefix4)) return false;
    rest = rest.substr(0, slash);
    return true;
  }

  bool network(SpfDirective& read, std::string_view text) {
    const bool v6 = read.mechanism == SpfMechanism::ip6;
    const auto slash = text.find('/');
    const auto address = parse_ip(text.substr(0, slash));
    if (!address || address->is_v6 != v6)
      return wrong(fmt::format("'{}' is no IPv{} address", printable(text.substr(0, slash)), v6 ? 6 : 4), "5.6"), false;
    read.network = *address;
    if (slash == std::string_view::npos) return true;
    return v6 ? prefix(text.substr(slash + 1), 128, read.prefix6) : prefix(text.substr(slash + 1), 32, read.prefix4);
  }

  SpfRecord& record_;
  std::string_view term_;
  std::size_t column_;
};

}  // namespace

std::string_view name_of(SpfResult result) {
  constexpr std::array kNames{"none", "neutral", "pass", "fail", "softfail", "temperror", "permerror"};
  return kNames[static_cast<std::size_t>(result)];
}

// RFC 7208 section 4.5: "v=spf1" and then a blank or the end; "v=spf10" is another version.
bool is_spf_record(std::string_view text) {
  return equal_ignoring_case(text.substr(0, kVersion.size()), kVersion) &&
         (text.size() == kVersion.size() || text[kVersion.size()] == ' ');
}

SpfRecord parse_spf_record(std::string_view text) {
  SpfRecord record;
  for (std::size_t at = kVersion.size(); at < text.size();) {
    if (text[at] == ' ') {
      ++at;
      continue;
    }
    const auto end = std::min(text.find(' ', at), text.size());
    TermReader(record, text.substr(at, end - at), at + 1).read();
    at = end;
  }
  return record;
}

bool counts_as_lookup(SpfMechanism mechanism) {
  return mechanism == SpfMechanism::include || mechanism == SpfMechanism::a || mechanism == SpfMechanism::mx ||
         mechanism == SpfMechanism::ptr || mechanism == SpfMechanism::exists;
}

}  // namespace labctl::evaluate
