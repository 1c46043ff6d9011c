#include "labctl/dns/resolver.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <span>

#include "labctl/base/text.h"
#include "labctl/dns/exchange.h"
#include "labctl/dns/record_of_rr.h"

namespace labctl::dns {
namespace {

constexpr std::uint16_t kUdpPayload = 1232;  // fits every path without fragments
constexpr int kUdpTries = 3;

struct Question {
  std::string name;  ///< absolute, lower case
  ldns_rr_type type = LDNS_RR_TYPE_A;
  std::uint16_t id = 0;
};

Result<Question> question_for(std::string_view name, std::string_view type) {
  Question question;
  LABCTL_ASSIGN(question.name, absolute_name(name, "."));
  question.type = ldns_get_rr_type_by_name(std::string(type).c_str());
  if (question.type == 0) return usage_error(fmt::format("'{}' is no record type", printable(type)));
  // RFC 5452 section 4.5: an id that nobody can guess.
  if (::getrandom(&question.id, sizeof question.id, 0) != sizeof question.id)
    return system_error("no random numbers", errno);
  return question;
}

Result<Wire> wire_of(const Question& question, Recursion recursion) {
  const LdnsHandle<ldns_pkt> packet(ldns_pkt_query_new(ldns_dname_new_frm_str(question.name.c_str()), question.type,
                                                       LDNS_RR_CLASS_IN, recursion == Recursion::wanted ? LDNS_RD : 0));
  if (!packet) return lab_error("no memory for a DNS query");
  ldns_pkt_set_id(packet.get(), question.id);
  // RFC 4035 section 3.2.2
  if (recursion == Recursion::unchecked) ldns_pkt_set_cd(packet.get(), true);
  ldns_pkt_set_edns_udp_size(packet.get(), kUdpPayload);
  std::uint8_t* bytes = nullptr;
  std::size_t size = 0;
  if (ldns_pkt2wire(&bytes, packet.get(), &size) != LDNS_STATUS_OK) return lab_error("can't write a DNS query");
  const LdnsHandle<unsigned char> owned(bytes);
  return Wire(bytes, bytes + size);
}

bool all_whole(const ldns_rr_list* section) {
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(section); ++i)
    if (!is_whole(ldns_rr_list_rr(section, i))) return false;
  return true;
}

/// The packet when it can be read and answers just this question (RFC 5452 section 9.1: id, name, type); else null.
LdnsHandle<ldns_pkt> answer_to(const Question& question, std::span<const std::uint8_t> bytes) {
  ldns_pkt* parsed = nullptr;
  if (ldns_wire2pkt(&parsed, bytes.data(), bytes.size()) != LDNS_STATUS_OK) return nullptr;
  LdnsHandle<ldns_pkt> packet(parsed);
  if (ldns_pkt_id(parsed) != question.id || !ldns_pkt_qr(parsed) || ldns_pkt_qdcount(parsed) != 1) return nullptr;
  const ldns_rr* asked = ldns_rr_list_rr(ldns_pkt_question(parsed), 0);
  if (ldns_rr_get_type(asked) != question.type ||
      to_lower(take_text(ldns_rdf2str(ldns_rr_owner(asked)))) != question.name)
    return nullptr;
  if (!all_whole(ldns_pkt_answer(parsed)) || !all_whole(ldns_pkt_authority(parsed))) return nullptr;
  return packet;
}

Answer read_answer(const Question& question, const ldns_pkt* packet) {
  Answer answer{.name = question.name,
                .type = take_text(ldns_rr_type2str(question.type)),
                .rcode = take_text(ldns_pkt_rcode2str(ldns_pkt_get_rcode(packet))),
                .authoritative = ldns_pkt_aa(packet),
                .records = {}};
  const ldns_rr_list* section = ldns_pkt_answer(packet);
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(section); ++i)
    answer.records.push_back(record_of(ldns_rr_list_rr(section, i)));
  std::ranges::sort(answer.records);
  const ldns_rr_list* authority = ldns_pkt_authority(packet);
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(authority); ++i) {
    const ldns_rr* rr = ldns_rr_list_rr(authority, i);
    // RFC 2308 section 5: the lesser of the SOA's TTL and its minimum.
    if (ldns_rr_get_type(rr) != LDNS_RR_TYPE_SOA) continue;
    answer.has_soa = true;
    answer.negative_ttl = std::min(ldns_rr_ttl(rr), ldns_rdf2native_int32(ldns_rr_rdf(rr, 6)));
  }
  return answer;
}

}  // namespace

Resolver::Resolver(Endpoint server, Milliseconds timeout) : server_(std::move(server)), timeout_(timeout) {}

Result<Answer> Resolver::query(std::string_view name, std::string_view type, Recursion recursion) const {
  LABCTL_ASSIGN(const auto question, question_for(name, type));
  LABCTL_ASSIGN(const auto wire, wire_of(question, recursion));
  const auto asked = [&](const Error& error) {
    return std::unexpected(error.while_(fmt::format("{} {}", question.name, type)));
  };
  const Deadline deadline(timeout_);
  LdnsHandle<ldns_pkt> packet;
  const auto is_answer = [&](std::span<const std::uint8_t> bytes) {
    packet = answer_to(question, bytes);
    return packet != nullptr;
  };
  if (const auto got = ask_over_udp(server_, wire, is_answer, timeout_ / kUdpTries, deadline); !got)
    return asked(got.error());
  // RFC 7766 section 5: what was cut short is asked for again over TCP.
  if (ldns_pkt_tc(packet.get())) {
    const auto got = ask_over_tcp(server_, wire, deadline);
    if (!got) return asked(got.error());
    if (!is_answer(*got)) return lab_error("the name server's answer over TCP can't be read", server_.address);
  }
  return read_answer(question, packet.get());
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
