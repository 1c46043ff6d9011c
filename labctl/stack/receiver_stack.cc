#include "labctl/stack/receiver_stack.h"

#include <algorithm>
#include <array>

namespace labctl::stack {
namespace {

constexpr std::array<std::string_view, 2> kSharedRspamd{"dovecot-mailbox", "postfix-mx"};
constexpr std::array<std::string_view, 4> kOwnRspamd{"redis", "rspamd-mailcow", "dovecot-mailbox",
                                                     "postfix-mx-own-filter"};
constexpr std::array<std::string_view, 6> kMilterServices{"suffixes",  "opendkim-verifier",       "pyspf-milter",
                                                          "opendmarc", "dovecot-mailbox-results", "postfix-mx-milters"};

constexpr std::array kStacks{
    ReceiverStack{"rspamd", "policy", "rspamd", Filter::shared, kSharedRspamd},
    ReceiverStack{"rspamd", "mailcow", "mailcow", Filter::own, kOwnRspamd},
    ReceiverStack{"opendmarc", "policy", "opendmarc", Filter::milters, kMilterServices},
};

/// The ports stand in the templates of labctl/service too.
constexpr std::array kMilters{Milter{"opendkim", 8891}, Milter{"pyspf-milter", 8892}, Milter{"opendmarc", 8893}};

}  // namespace

std::span<const ReceiverStack> receiver_stacks() { return kStacks; }

const ReceiverStack* stack_of(const topology::HostSpec& host) {
  const auto* found = std::ranges::find_if(kStacks, [&](const ReceiverStack& row) {
    return row.stack == host.receiver.stack && row.profile == host.receiver.profile;
  });
  return found == kStacks.end() ? nullptr : found;
}

std::span<const Milter> milters() { return kMilters; }

}  // namespace labctl::stack
