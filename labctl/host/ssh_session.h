#pragma once

#include <string>

#include "labctl/base/clock.h"
#include "labctl/base/endpoint.h"
#include "labctl/base/error.h"
#include "labctl/base/process.h"

namespace labctl::host {

/// Who logs in where, with an ed25519 key (libssh2 1.10 has no rsa-sha2).
struct SshLogin {
  Endpoint server;
  std::string host_key;  ///< "ssh-ed25519 AAAA…": any other key is refused
  std::string user;
  std::string private_key;  ///< OpenSSH private key text
  std::string public_key;   ///< "ssh-ed25519 AAAA…"
  Milliseconds timeout{20'000};
};

/// Logs in, runs one command through the login shell, returns what it printed and its exit status (libssh2). Errors:
/// `lab` for a refused login or a wrong host key, `timeout`.
Result<ProcessResult> run_over_ssh(const SshLogin& login, const std::string& command);

}  // namespace labctl::host
