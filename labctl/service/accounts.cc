#include "labctl/service/accounts.h"

#include <crypt.h>
#include <fmt/format.h>

#include <cerrno>
#include <memory>

namespace labctl::service {
namespace {

/// crypt(5) hash. yescrypt's cost is too much for a hundred accounts at every `up`; the password is 80 random bits.
Result<std::string> hash_of(const std::string& password) {
  if (password.empty()) return std::string("*");
  std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> salt{};
  if (::crypt_gensalt_rn("$6$", 1000, nullptr, 0, salt.data(), salt.size()) == nullptr)
    return system_error("can't make a salt", errno);
  const auto work = std::make_unique<crypt_data>();
  const char* hash = ::crypt_r(password.c_str(), salt.data(), work.get());
  if (hash == nullptr || *hash == '*') return system_error("can't hash a password", errno);
  return std::string(hash);
}

}  // namespace

Result<std::vector<host::File>> account_files(const Context& context, const std::vector<Account>& accounts) {
  LABCTL_ASSIGN(std::string passwd, context.base_file("/etc/passwd"));
  LABCTL_ASSIGN(std::string shadow, context.base_file("/etc/shadow"));
  LABCTL_ASSIGN(std::string group, context.base_file("/etc/group"));
  std::vector<host::File> homes;
  for (const auto& account : accounts) {
    LABCTL_ASSIGN(const auto hash, hash_of(account.password));
    const std::string home = "/home/" + account.name;
    passwd += fmt::format("{0}:x:{1}:{1}::{2}:/bin/bash\n", account.name, account.id, home);
    shadow += fmt::format("{}:{}:20000:0:99999:7:::\n", account.name, hash);
    group += fmt::format("{}:x:{}:\n", account.name, account.id);
    const auto add = [&](host::File file) {
      file.owner = file.group = account.name;
      homes.push_back(std::move(file));
    };
    add({.path = home, .mode = 0700, .kind = host::File::Kind::directory});
    add({.path = home + "/.ssh", .mode = 0700, .kind = host::File::Kind::directory});
    add({.path = home + "/.ssh/authorized_keys", .content = account.authorized_keys, .mode = 0600});
    for (auto file : account.home) {
      file.path = home + "/" + file.path;
      add(std::move(file));
    }
  }
  std::vector<host::File> files{{.path = "/etc/passwd", .content = std::move(passwd)},
                                {.path = "/etc/group", .content = std::move(group)},
                                {.path = "/etc/shadow", .content = std::move(shadow), .mode = 0640, .group = "shadow"}};
  files.insert(files.end(), homes.begin(), homes.end());
  return files;
}

}  // namespace labctl::service
