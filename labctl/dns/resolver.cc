#include "labctl/dns/resolver.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

#include "labctl/base/text.h"
#include "labctl/dns/record_of_rr.h"

namespace labctl::dns {
namespace {

constexpr std::uint16_t kUdpPayload = 1232;

using Wire = std::vector<std::uint8_t>;

Result<FileDescriptor> connected(const Endpoint& server, int type, Milliseconds timeout) {
  LABCTL_ASSIGN(auto fd, server.from->open(AF_INET, type));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port);
  if (::inet_pton(AF_INET, server.address.c_str(), &address.sin_addr) != 1) return lab_error("is no IPv4 address", server.address);
  const timeval limit{.tv_sec = timeout.count() / 1000, .tv_usec = (timeout.count() % 1000) * 1000};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return system_error("can't reach the name server", errno, server.address);
  return fd;
}

Result<Wire> question(std::string_view name, std::string_view type, std::uint16_t id) {
  LABCTL_ASSIGN(const auto absolute, absolute_name(name, "."));
  const auto rr_type = ldns_get_rr_type_by_name(std::string(type).c_str());
  if (rr_type == 0) return usage_error(fmt::format("'{}' is no record type", printable(type)));
  ldns_rdf* owner = ldns_dname_new_frm_str(absolute.c_str());
  const LdnsHandle<ldns_pkt> packet(ldns_pkt_query_new(owner, rr_type, LDNS_RR_CLASS_IN, LDNS_RD));
  if (!packet) return lab_error("no memory for a DNS query");
  ldns_pkt_set_id(packet.get(), id);
  ldns_pkt_set_edns_udp_size(packet.get(), kUdpPayload);
  std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (ldns_pkt2wire(&bytes, packet.get(), &size) != LDNS_STATUS_OK) return lab_error("can't write a DNS query");
  const LdnsHandle<unsigned char> owned(bytes);
  return Wire(bytes, bytes + size);
}

/// True when the packet answers just this query (RFC 5452 section 9.1: id and question).
bool answers(const ldns_pkt* packet, std::uint16_t id, const std::string& name, std::string_view type) {
  if (ldns_pkt_id(packet) != id || !ldns_pkt_qr(packet) || ldns_pkt_qdcount(packet) != 1) return false;
  const ldns_rr* asked = ldns_rr_list_rr(ldns_pkt_question(packet), 0);
  return to_lower(take_text(ldns_rdf2str(ldns_rr_owner(asked)))) == name &&
         take_text(ldns_rr_type2str(ldns_rr_get_type(asked))) == type;
}

LdnsHandle<ldns_pkt> read_packet(const std::uint8_t* bytes, std::size_t size) {
  ldns_pkt* packet = nullptr;
  if (ldns_wire2pkt(&packet, bytes, size) != LDNS_STATUS_OK) return nullptr;
  return LdnsHandle<ldns_pkt>(packet);
}

std::unexpected<Error> silent(const Endpoint& server, std::string_view name, std::string_view type) {
  return timeout_error(fmt::format("the name server does not answer {} {}", name, type), server.address);
}

Result<LdnsHandle<ldns_pkt>> ask_udp(const Endpoint& server, const Wire& query, std::uint16_t id, const std::string& name,
                                     std::string_view type, Milliseconds timeout) {
  LABCTL_ASSIGN(const auto fd, connected(server, SOCK_DGRAM, timeout));
  // A datagram may be lost: asked three times within the deadline.
  const auto deadline = real_clock().now() + timeout;
  const timeval limit{.tv_sec = timeout.count() / 3000, .tv_usec = (timeout.count() / 3 % 1000) * 1000};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  std::array<std::uint8_t, 65536> buffer;
  while (real_clock().now() < deadline) {
    if (::send(fd.get(), query.data(), query.size(), 0) < 0 && errno != ECONNREFUSED)
      return system_error("can't reach the name server", errno, server.address);
    while (true) {
      const ssize_t size = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
      if (size < 0 && errno == ECONNREFUSED)
        return lab_error("nothing listens at the name server's address", fmt::format("{}:{}", server.address, server.port));
      if (size < 0) break;
      auto packet = read_packet(buffer.data(), static_cast<std::size_t>(size));
      if (packet && answers(packet.get(), id, name, type)) return packet;
    }
  }
  return silent(server, name, type);
}

Result<LdnsHandle<ldns_pkt>> ask_tcp(const Endpoint& server, const Wire& query, std::uint16_t id, const std::string& name,
                                     std::string_view type, Milliseconds timeout) {
  LABCTL_ASSIGN(const auto fd, connected(server, SOCK_STREAM, timeout));
  Wire framed{static_cast<std::uint8_t>(query.size() >> 8U), static_cast<std::uint8_t>(query.size() & 0xffU)};
  framed.insert(framed.end(), query.begin(), query.end());
  if (::send(fd.get(), framed.data(), framed.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(framed.size())) return silent(server, name, type);
  Wire answer;
  std::array<std::uint8_t, 4096> buffer;
  while (answer.size() < 2 || answer.size() < 2 + static_cast<std::size_t>(answer[0] << 8U | answer[1])) {
    const ssize_t size = ::recv(fd.get(), buffer.data(), buffer.size(), 0);
    if (size <= 0) return silent(server, name, type);
    answer.insert(answer.end(), buffer.begin(), buffer.begin() + size);
  }
  auto packet = read_packet(answer.data() + 2, answer.size() - 2);
  if (!packet || !answers(packet.get(), id, name, type)) return lab_error("the name server's answer over TCP can't be read", server.address);
  return packet;
}

}  // namespace

Resolver::Resolver(Endpoint server, Milliseconds timeout) : server_(std::move(server)), timeout_(timeout) {}

Result<Answer> Resolver::query(std::string_view name, std::string_view type) const {
  std::uint16_t id = 0;
  if (::getrandom(&id, sizeof id, 0) != sizeof id) return system_error("no random numbers", errno);
  LABCTL_ASSIGN(const auto absolute, absolute_name(name, "."));
  LABCTL_ASSIGN(const auto wire, question(name, type, id));
  LABCTL_ASSIGN(auto packet, ask_udp(server_, wire, id, absolute, type, timeout_));
  if (ldns_pkt_tc(packet.get())) {
    LABCTL_ASSIGN(packet, ask_tcp(server_, wire, id, absolute, type, timeout_));
  }
  Answer answer{.name = absolute,
                .type = std::string(type),
                .rcode = take_text(ldns_pkt_rcode2str(ldns_pkt_get_rcode(packet.get()))),
                .authoritative = ldns_pkt_aa(packet.get()),
                .records = {}};
  const ldns_rr_list* section = ldns_pkt_answer(packet.get());
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(section); ++i) answer.records.push_back(record_of(ldns_rr_list_rr(section, i)));
  std::ranges::sort(answer.records);
  const ldns_rr_list* authority = ldns_pkt_authority(packet.get());
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(authority); ++i) {
    const ldns_rr* rr = ldns_rr_list_rr(authority, i);
    // RFC 2308 section 5: the lesser of the SOA's TTL and its minimum.
    if (ldns_rr_get_type(rr) == LDNS_RR_TYPE_SOA)
      answer.negative_ttl = std::min(ldns_rr_ttl(rr), ldns_rdf2native_int32(ldns_rr_rdf(rr, 6)));
  }
  return answer;
}

Result<std::uint32_t> Resolver::serial(std::string_view zone) const {
  LABCTL_ASSIGN(const auto answer, query(zone, "SOA"));
  for (const auto& record : answer.records) {
    const auto fields = split(record.rdata, ' ');
    std::uint32_t serial = 0;
    if (record.type == "SOA" && fields.size() > 2 &&
        std::from_chars(fields[2].data(), fields[2].data() + fields[2].size(), serial).ec == std::errc())
      return serial;
  }
  return lab_error(fmt::format("the name server has no SOA of {} ({})", zone, answer.rcode), server_.address);
}

}  // namespace labctl::dns
