#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/evaluate/macro.h"

namespace labctl::evaluate {

/// Which DMARC: RFC 9989 obsoletes RFC 7489, which most receivers still follow.
enum class DmarcRfc { rfc7489, rfc9989 };
std::string_view name_of(DmarcRfc rfc);

/// What the domain's owner asks for a message that fails, in rising order.
enum class Policy { none, quarantine, reject };
std::string_view name_of(Policy policy);
/// One level lower; none stays.
Policy lowered(Policy policy);

/// A DMARC record as one of the two reads it. What the other alone knows has its default.
struct DmarcRecord {
  std::optional<Policy> p;  ///< missing or invalid: none
  std::optional<Policy> sp;
  std::optional<Policy> np;  ///< RFC 9989 only
  bool strict_spf = false;
  bool strict_dkim = false;
  char psd = 'u';           ///< RFC 9989 only: y, n or u
  bool is_test = false;     ///< RFC 9989 only: t=y
  int percent = 100;        ///< RFC 7489 only
  bool bad_policy = false;  ///< p is missing, or one of p, sp, np can't be read
  std::vector<std::string> rua;
  std::vector<std::string> ruf;
  std::vector<Problem> problems;  ///< all of them are survived
};

/// The text begins with v=DMARC1 as its first tag, and ends there or goes on behind a semicolon.
bool is_dmarc_record(std::string_view text);
/// Unknown tags are ignored; what can't be read has its default (RFC 7489 section 6.3, RFC 9989 section 4.7).
DmarcRecord parse_dmarc_record(std::string_view text, DmarcRfc rfc);
/// An absolute URI with what its scheme needs; mailto needs an address.
bool is_report_uri(std::string_view uri);

}  // namespace labctl::evaluate
