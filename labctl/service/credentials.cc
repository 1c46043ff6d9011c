#include "labctl/service/credentials.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <mutex>
#include <optional>

#include "labctl/base/file.h"
#include "labctl/base/parallel.h"
#include "labctl/base/process.h"
#include "labctl/base/text.h"
#include "labctl/service/certificates.h"
#include "labctl/service/zone_key.h"
#include "labctl/topology/intermediary.h"

namespace labctl::service {
namespace {

/// 80 bits, easy to read aloud and to type: no letter or digit that looks like another.
std::string new_password() {
  static constexpr std::string_view kAlphabet = "abcdefghjkmnpqrstuvwxyz23456789";
  std::string password;
  std::array<unsigned char, 64> random{};
  while (password.size() < 16) {
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) continue;
    for (const unsigned char byte : random)
      // Bytes above the last whole multiple would favour the first letters.
      if (byte < 256 / kAlphabet.size() * kAlphabet.size() && password.size() < 16)
        password += kAlphabet[byte % kAlphabet.size()];
  }
  return password;
}

Result<topology::KeyPair> new_ssh_key(const std::string& scratch, std::size_t number, const std::string& comment) {
  const std::string file = fmt::format("{}/key{}", scratch, number);
  auto made = run_checked({.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file}});
  if (!made) return std::unexpected(std::move(made).error());
  LABCTL_ASSIGN(auto private_text, read_file(file));
  LABCTL_ASSIGN(const auto public_text, read_file(file + ".pub"));
  std::error_code code;
  std::filesystem::remove(file, code);
  std::filesystem::remove(file + ".pub", code);
  return topology::KeyPair{.private_pem = std::move(private_text), .public_text = std::string(trim(public_text))};
}

}  // namespace

Result<topology::Credentials> make_credentials(const topology::Topology& lab, const std::string& listen,
                                               const std::string& scratch) {
  topology::Credentials credentials;
  LABCTL_ASSIGN(const auto authority, CertificateAuthority::create(fmt::format("labctl CA of {}", lab.domain)));
  credentials.ca_pem = authority.pem();
  LABCTL_ASSIGN(credentials.arc_key, make_signing_key());
  credentials.rogue_password = new_password();
  if (lab.dnssec)
    for (const auto& zone : topology::zone_names(lab)) {
      LABCTL_ASSIGN(credentials.zone_keys[zone], make_zone_key(zone));
    }
  for (const auto& host : lab.hosts) {
    std::vector<std::string> names{"DNS:" + host.fqdn};
    if (!listen.empty() && host.has(topology::Role::mailbox)) names.push_back("IP:" + listen);
    LABCTL_ASSIGN(credentials.certificates[host.name], authority.issue(names));
  }
  // The authority's key is not kept: a forwarder that comes later has its certificate already.
  for (const auto& one : topology::intermediaries()) {
    const auto host = topology::host_of(one, lab);
    LABCTL_ASSIGN(credentials.certificates[host.name], authority.issue({"DNS:" + host.fqdn}));
  }
  LABCTL_TRY(add_intermediary_secrets(lab, credentials));
  // One ssh-keygen a key; they run side by side.
  std::vector<std::pair<std::string, topology::KeyPair*>> wanted;
  for (const auto& host : lab.hosts)
    if (host.mail_domain.empty()) wanted.emplace_back(host.fqdn, &credentials.ssh_host_keys[host.name]);
  for (const auto& participant : lab.participants) {
    auto& own = credentials.participants[participant.id];
    own.password = new_password();
    wanted.emplace_back(participant.id, &own.ssh);
  }
  std::mutex mutex;
  std::optional<Error> failure;
  parallel_for(wanted.size(), processor_count(), [&](std::size_t i) {
    auto key = new_ssh_key(scratch, i, wanted[i].first);
    const std::scoped_lock lock(mutex);
    if (key)
      *wanted[i].second = std::move(*key);
    else
      failure = key.error();
  });
  if (failure) return std::unexpected(std::move(*failure));
  return credentials;
}

Result<bool> add_intermediary_secrets(const topology::Topology& lab, topology::Credentials& credentials) {
  const bool needed =
      std::ranges::any_of(lab.hosts, [](const topology::HostSpec& host) { return !host.mail_domain.empty(); });
  if (!needed || !credentials.srs_secret.empty()) return false;
  LABCTL_ASSIGN(credentials.intermediary_key, make_signing_key());
  credentials.srs_secret = new_password();
  return true;
}

}  // namespace labctl::service
