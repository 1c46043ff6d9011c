#include "labctl/host/listening.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include "labctl/base/text.h"

namespace labctl::host {

bool listens_in(std::string_view table, const std::string& address, std::uint16_t port) {
  constexpr std::string_view kListen = "0A";  // TCP_LISTEN
  in_addr wanted{};
  if (::inet_pton(AF_INET, address.c_str(), &wanted) != 1) return false;
  // The kernel prints the address as the number that its four octets are in memory.
  const auto own = fmt::format("{:08X}:{:04X}", wanted.s_addr, port);
  const auto any = fmt::format("{:08X}:{:04X}", INADDR_ANY, port);
  for (const auto& line : lines_of(table)) {
    const auto fields = split(trim(line), ' ');
    if (fields.size() > 3 && (fields[1] == own || fields[1] == any) && fields[3] == kListen) return true;
  }
  return false;
}

}  // namespace labctl::host
