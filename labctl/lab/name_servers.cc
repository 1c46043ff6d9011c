#include "labctl/lab/name_servers.h"

#include <fmt/format.h>

#include "labctl/dns/signing.h"
#include "labctl/dns/unbound_control.h"
#include "labctl/dns/visibility.h"

namespace labctl::lab {
namespace {

/// The result; an error is placed at the daemon.
template <class T>
Result<T> at_daemon(Result<T> result, const std::string& host, std::string_view daemon) {
  if (result) return result;
  Error error = std::move(result).error();
  error.where = fmt::format("{}: {}", host, daemon);
  // The layer below knows a socket, not its host.
  constexpr std::string_view kSomeHost = "labctl logs HOST ";
  if (const auto at = error.hint.find(kSomeHost); at != std::string::npos)
    error.hint.replace(at, kSomeHost.size(), fmt::format("labctl logs {} ", host));
  if (error.hint.empty()) error.hint = fmt::format("labctl logs {} {}.service", host, daemon);
  return std::unexpected(std::move(error));
}

class RealNameServers final : public NameServers {
 public:
  RealNameServers(Hosts& hosts, const topology::Topology& topology) : hosts_(hosts), topology_(topology) {}

  Result<std::vector<dns::Record>> read(const std::string& host, const std::string& zone) override {
    LABCTL_ASSIGN(const auto knot, knot_of(host));
    auto records = knot.read(zone);
    if (records && topology_.dnssec) dns::drop_signing_records(*records, zone);
    return at_daemon(std::move(records), host, "knot");
  }
  Result<dns::ZoneStatus> status(const std::string& host, const std::string& zone) override {
    LABCTL_ASSIGN(const auto knot, knot_of(host));
    return at_daemon(knot.status(zone), host, "knot");
  }
  Result<dns::ZoneEdit> transaction(const std::string& host, const std::string& zone) override {
    LABCTL_ASSIGN(const auto knot, knot_of(host));
    return at_daemon(knot.transaction(zone), host, "knot");
  }
  Result<void> apply(const std::string& host, const dns::ZoneEdit& edit) override {
    LABCTL_ASSIGN(const auto knot, knot_of(host));
    return at_daemon(knot.apply(edit), host, "knot");
  }
  Result<dns::Answer> query(const std::string& host, std::string_view name, std::string_view type) override {
    LABCTL_ASSIGN(const auto server, server_of(host));
    return at_daemon(server.query(name, type), host, daemon_of(host));
  }
  Result<dns::Answer> cached(const std::string& resolver, std::string_view name, std::string_view type) override {
    LABCTL_ASSIGN(const auto server, server_of(resolver));
    auto answer = server.query(name, type, dns::Recursion::none);
    if (answer && answer->rcode == "SERVFAIL") {
      // Unbound that validates, and has nothing in its cache, takes the referral that it would give for a forged one.
      auto unchecked = server.query(name, type, dns::Recursion::unchecked);
      if (unchecked && !dns::is_from_cache(*unchecked)) answer = std::move(unchecked);
    }
    return at_daemon(std::move(answer), resolver, daemon_of(resolver));
  }
  Result<std::uint32_t> serial(const std::string& host, std::string_view zone) override {
    LABCTL_ASSIGN(const auto server, server_of(host));
    return at_daemon(server.serial(zone), host, daemon_of(host));
  }
  Result<void> flush(const std::string& resolver, std::string_view zone) override {
    LABCTL_ASSIGN(auto* const host, hosts_.find(resolver));
    LABCTL_ASSIGN(const auto path, host->unix_socket("/run/unbound/control.sock"));
    return at_daemon(dns::UnboundControl(path).flush_zone(zone), resolver, "unbound");
  }

 private:
  Result<dns::KnotControl> knot_of(const std::string& name) {
    LABCTL_ASSIGN(auto* const host, hosts_.find(name));
    LABCTL_ASSIGN(auto path, host->unix_socket("/run/knot/knot.sock"));
    return dns::KnotControl(std::move(path));
  }
  /// Asked from the host itself: nothing between it and its daemon can be in the way.
  Result<dns::Resolver> server_of(const std::string& name) {
    LABCTL_ASSIGN(auto* const host, hosts_.find(name));
    return dns::Resolver({host->sockets(), topology_.find_host(name)->address, 53});
  }
  [[nodiscard]] std::string_view daemon_of(const std::string& name) const {
    return topology_.find_host(name)->has(topology::Role::resolver) ? "unbound" : "knot";
  }

  Hosts& hosts_;
  const topology::Topology& topology_;
};

}  // namespace

std::unique_ptr<NameServers> real_name_servers(Hosts& hosts, const topology::Topology& topology) {
  return std::make_unique<RealNameServers>(hosts, topology);
}

}  // namespace labctl::lab
