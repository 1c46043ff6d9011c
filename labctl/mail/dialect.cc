#include "labctl/mail/dialect.h"

#include <algorithm>
#include <array>

#include "labctl/mail/dialect_fastmail.h"
#include "labctl/mail/dialect_gmail.h"
#include "labctl/mail/dialect_mailcow.h"
#include "labctl/mail/dialect_opendmarc.h"
#include "labctl/mail/dialect_outlook.h"
#include "labctl/mail/dialect_policyd_spf.h"
#include "labctl/mail/dialect_rspamd.h"
#include "labctl/mail/dialect_yahoo.h"
#include "labctl/mail/dialect_yenma.h"

namespace labctl::mail {
namespace {

constexpr std::array kDialects{
    Dialect{"rspamd", &read_rspamd, &cause_rspamd},
    Dialect{"mailcow", &read_mailcow, &cause_mailcow},
    Dialect{"opendmarc", &read_opendmarc, &no_cause},
    Dialect{"policyd-spf", &read_policyd_spf, &no_cause},
    Dialect{"yenma", &read_yenma, &no_cause},
    Dialect{"gmail", &read_gmail, &no_cause},
    Dialect{"outlook", &read_outlook, &no_cause},
    Dialect{"yahoo", &read_yahoo, &no_cause},
    Dialect{"fastmail", &read_fastmail, &cause_fastmail},
};

}  // namespace

std::span<const Dialect> dialects() { return kDialects; }

const Dialect* find_dialect(std::string_view name) {
  const auto* found = std::ranges::find(kDialects, name, &Dialect::name);
  return found == kDialects.end() ? nullptr : found;
}

std::optional<std::string> no_cause(const Message&) { return std::nullopt; }

}  // namespace labctl::mail
