#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"
#include "labctl/base/process.h"
#include "labctl/dns/zone_edit.h"
#include "labctl/evidence/evidence.h"
#include "labctl/topology/credentials.h"
#include "labctl/topology/topology.h"

namespace labctl::lab {

/// Zones of the lab, seen and changed.
class ZonePort {
 public:
  virtual ~ZonePort() = default;
  /// What the authority holds now.
  virtual Result<std::vector<dns::Record>> read(const std::string& zone) = 0;
  /// Applies the edit in one transaction and returns when the authority serves it and the resolver (flushed for that
  /// zone, unless the edit says otherwise) answers with it. An empty edit changes nothing and looks all the same.
  virtual Result<evidence::ZoneEdited> apply(const dns::ZoneEdit& edit) = 0;
  /// Answers of the zone's authority for each "name TYPE".
  virtual Result<evidence::RecordsSeen> ask_authority(const std::string& zone,
                                                      const std::vector<std::string>& questions) = 0;
};

/// One message to send in the lab.
struct MailOrder {
  std::string from_host;  ///< lab host name: whose address the receiver sees
  enum class Via { direct, submission, relay } via = Via::direct;
  ///< direct: to the MX from that host; submission: authenticated, through the host's own MTA on port 587; relay:
  ///< unauthenticated, through the host's own MTA on port 25
  std::string helo;  ///< empty: the host's FQDN
  std::string mail_from;
  std::string rcpt_to;
  std::string reaches;  ///< where a forwarder or a list brings it, whose receiver judges; empty: rcpt_to's own does
  std::string message;  ///< complete, CRLF, with its token header
  std::string token;
  bool raw = false;         ///< an attack: bytes go out as they are, in a dialogue that libcurl would not hold
  bool follows = false;     ///< nothing but mail has happened since the last message: its connection will do
  bool host_fault = false;  ///< it is about a host's fault: a login that is refused, and a message that waits in the
                            ///< receiver's queue, are evidence
  bool odd_header = false;  ///< the receiver may not take its token for a header field: its queue ID finds it too
};

/// Recognizes a message that a person sent.
struct MailPattern {
  std::string from_host;
  std::string mail_from;
  std::string rcpt_to;
  std::string header_from;
  std::string reaches;  ///< as in MailOrder
};

/// Where the mailboxes and logs stood when a step was opened: only what came later counts.
struct MailMark {
  std::string participant;
  std::vector<std::pair<std::string, std::uint32_t>> uid_next;  ///< by folder
  std::uint64_t log_offset = 0;                                 ///< bytes of the receiver's mail log
  std::uint64_t log_inode = 0;
};

/// Messages: sends and follows them, and finds those that a person sent.
class MailPort {
 public:
  virtual ~MailPort() = default;
  /// Sends, follows the message to its end (stored, refused, deferred), and returns all that was seen. A daemon that
  /// is away is an error naming host and daemon.
  virtual Result<evidence::MailSeen> deliver(const MailOrder& order) = 0;
  virtual Result<MailMark> mark(const std::string& participant) = 0;
  /// The newest message after `mark` that matches; none when there is none.
  virtual Result<std::optional<evidence::MailSeen>> recognize(const MailPattern& pattern, const MailMark& mark) = 0;
};

/// Commands on lab hosts, as root or as a participant who logs in.
class HostPort {
 public:
  virtual ~HostPort() = default;
  /// Runs a program as root on a lab host.
  virtual Result<ProcessResult> run(const std::string& host, const std::vector<std::string>& argv) = 0;
  /// Logs in over SSH as the participant does (bastion, then `host`) and runs `command` there; libssh2.
  virtual Result<ProcessResult> login(const std::string& participant, const std::string& host,
                                      const std::string& command) = 0;
};

/// All that a step may see of the lab.
struct Ports {
  const topology::Topology& topology;
  const topology::Credentials& credentials;
  ZonePort& zones;
  MailPort& mail;
  HostPort& hosts;
  Clock& clock;
  std::stop_token stop;
};

}  // namespace labctl::lab
