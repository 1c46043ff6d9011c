#pragma once

#include <string>

#include "labctl/base/error.h"
#include "labctl/topology/credentials.h"

namespace labctl::service {

/// New secrets for a lab: CA and certificates, SSH keys (ssh-keygen), the ARC key, the keys of signed zones,
/// passwords.
/// @param scratch an empty directory that only root can enter; left empty again.
/// @param listen address that the IMAP forwards are reached at, also named in the certificates; may be empty.
Result<topology::Credentials> make_credentials(const topology::Topology& lab, const std::string& listen,
                                               const std::string& scratch);

/// What forwarders and lists need beside that, where `lab` has one and `credentials` has nothing for them; true when
/// something was added.
Result<bool> add_intermediary_secrets(const topology::Topology& lab, topology::Credentials& credentials);

}  // namespace labctl::service
