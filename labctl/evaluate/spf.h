#pragma once

#include <cstdint>
#include <string>

#include "labctl/evaluate/ip_address.h"
#include "labctl/evaluate/resolver.h"
#include "labctl/evaluate/spf_record.h"
#include "labctl/evaluate/trace.h"

namespace labctl::evaluate {

/// Arguments of check_host() (RFC 7208 section 4.1), and what the macros need besides.
struct SpfQuery {
  IpAddress client;
  std::string domain;
  std::string sender;  ///< the MAIL FROM or HELO identity
  std::string helo;
  std::string receiver = "unknown";  ///< name of the host that asks
  std::int64_t now = 0;              ///< seconds since 1970
};

/// What check_host() gives, and how it came to it.
struct SpfOutcome {
  SpfResult result = SpfResult::none;
  std::string domain;       ///< whose record was judged
  std::string mechanism;    ///< the term that matched; empty when none did
  std::string reason;       ///< of a none, temperror or permerror
  std::string explanation;  ///< of a fail, when the domain has one (RFC 7208 section 6.2)
  int lookups = 0;          ///< terms that ask DNS
  int void_lookups = 0;     ///< questions that were answered with nothing
  Trace steps;
};

/// RFC 7208 section 4.
SpfOutcome check_host(Resolver& resolver, const SpfQuery& query);

/// The SMTP client, as a receiver sees it.
struct SmtpClient {
  IpAddress address;
  std::string helo;
  std::string mail_from;  ///< empty: the null reverse-path
  std::string receiver = "unknown";
  std::int64_t now = 0;
};

/// The MAIL FROM identity; that of a null reverse-path is postmaster at the HELO name (RFC 7208 section 2.4).
SpfOutcome check_mail_from(Resolver& resolver, const SmtpClient& client);
/// The HELO identity (RFC 7208 section 2.3): none for what is no name, such as an address literal.
SpfOutcome check_helo(Resolver& resolver, const SmtpClient& client);

/// The domain of an address; empty when it has none.
std::string domain_of_address(std::string_view address);

}  // namespace labctl::evaluate
