#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/service/service.h"

namespace labctl::service {

/// A login account of a host.
struct Account {
  std::string name;
  unsigned id = 0;               ///< uid and gid
  std::string password;          ///< empty: no password login
  std::string authorized_keys;   ///< sshd's file
  std::vector<host::File> home;  ///< more files of the home directory
};

/// The base system's passwd, shadow and group with these accounts added, and their home directories.
Result<std::vector<host::File>> account_files(const Context& context, const std::vector<Account>& accounts);

}  // namespace labctl::service
