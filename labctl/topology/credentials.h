#pragma once

#include <map>
#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/topology/topology.h"

namespace labctl::topology {

/// A private key and its public half.
struct KeyPair {
  std::string private_pem;  ///< or OpenSSH private key text
  std::string public_text;  ///< "ssh-ed25519 AAAA…", or the base64 SubjectPublicKeyInfo for a DKIM record
};

/// The key that a zone is signed with, and what tells of it.
struct ZoneKey {
  std::string private_pem;
  std::string dnskey;  ///< rdata (RFC 4034 section 2): "257 3 13 …"
  std::string ds;      ///< rdata (RFC 4034 section 5), for the zone above: "62088 13 2 …"
};

/// A host's TLS key, and its certificate with those above it.
struct HostCertificate {
  std::string key_pem;
  std::string chain_pem;
};

/// What one participant logs in with; nothing in it opens anything of another participant.
struct ParticipantCredentials {
  std::string password;  ///< of user-a@ and user-b@ in the participant's zone, and of the accounts on the hosts
  KeyPair ssh;           ///< ed25519
};

/// All secrets of one lab, made at `up`, kept with mode 0600 beside the record, gone with `down`.
struct Credentials {
  std::string ca_pem;
  std::map<std::string, ParticipantCredentials, std::less<>> participants;  ///< by participant id
  std::map<std::string, HostCertificate, std::less<>> certificates;         ///< by host name; SAN = FQDN
  std::map<std::string, KeyPair, std::less<>> ssh_host_keys;                ///< by host name
  KeyPair arc_key;           ///< RSA 2048 of the shared filter; its public half stands in each zone as arc._domainkey
  KeyPair intermediary_key;  ///< RSA 2048 of forwarders and lists: seals and signatures; empty while there is none
  std::string srs_secret;    ///< of the forwarder that rewrites envelopes; empty while there is none
  std::map<std::string, ZoneKey, std::less<>> zone_keys;  ///< by zone, of a lab with DNSSEC; else empty
  std::string rogue_password;                             ///< of user-a@rogue-mailer.<domain>
};

/// Local part of the mailboxes: the participant's own and a second correspondent.
inline constexpr const char* kUserA = "user-a";
inline constexpr const char* kUserB = "user-b";

}  // namespace labctl::topology
