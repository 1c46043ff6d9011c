#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/lab/hosts.h"
#include "labctl/lab/ports.h"

namespace labctl::lab {

/// Programs and logins over the transports of the lab's hosts.
class HostPortImpl final : public HostPort {
 public:
  HostPortImpl(Hosts& hosts, const topology::Topology& topology, const topology::Credentials& credentials)
      : hosts_(hosts), topology_(topology), credentials_(credentials) {}

  Result<ProcessResult> run(const std::string& host, const std::vector<std::string>& argv) override;
  Result<ProcessResult> login(const std::string& participant, const std::string& host,
                              const std::string& command) override;

 private:
  Hosts& hosts_;
  const topology::Topology& topology_;
  const topology::Credentials& credentials_;
};

/// One word for a POSIX shell, whatever bytes it holds.
std::string shell_quoted(std::string_view word);

}  // namespace labctl::lab
