#include "labctl/mail/dialect.h"

#include <algorithm>
#include <array>

#include "labctl/mail/dialect_rspamd.h"

namespace labctl::mail {
namespace {

constexpr std::array kDialects{
    Dialect{"rspamd", &read_rspamd, &cause_rspamd},
};

}  // namespace

std::span<const Dialect> dialects() { return kDialects; }

const Dialect* find_dialect(std::string_view name) {
  const auto* found = std::ranges::find(kDialects, name, &Dialect::name);
  return found == kDialects.end() ? nullptr : found;
}

}  // namespace labctl::mail
