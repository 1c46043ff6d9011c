#include "labctl/lab/ports_impl.h"

#include "labctl/host/places.h"
#include "labctl/lab/host_port.h"
#include "labctl/lab/mail_port.h"
#include "labctl/lab/zone_port.h"

namespace labctl::lab {

std::string zone_directory(const topology::Topology& topology) {
  return host::state_directory(topology.lab) + "/zones";
}

PortSet make_ports(Hosts& hosts, const topology::Topology& topology, const topology::Credentials& credentials,
                   Clock& clock, std::stop_token stop) {
  return {std::make_unique<ZonePortImpl>(hosts, topology, real_name_servers(hosts, topology), clock, stop,
                                         zone_directory(topology)),
          std::make_unique<MailPortImpl>(hosts, topology, credentials, real_mail_wire(), clock, stop),
          std::make_unique<HostPortImpl>(hosts, topology, credentials)};
}

}  // namespace labctl::lab
