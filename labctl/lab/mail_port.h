#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "labctl/lab/hosts.h"
#include "labctl/lab/log_file.h"
#include "labctl/lab/mail_course.h"
#include "labctl/lab/mail_trail.h"
#include "labctl/lab/mailboxes.h"
#include "labctl/lab/ports.h"
#include "labctl/mail/smtp.h"

namespace labctl::lab {

/// What the mail port does over the network.
struct MailWire {
  std::function<Result<mail::SmtpTranscript>(const mail::SmtpSubmission&)> send;
  OpenMailbox open_mailbox;
};

/// mail::SmtpConnections and mail::Mailbox.
MailWire real_mail_wire();

/// Mail through the lab's daemons, followed by their logs to its end. Safe from several threads at once.
class MailPortImpl final : public MailPort {
 public:
  MailPortImpl(Hosts& hosts, const topology::Topology& topology, const topology::Credentials& credentials,
               MailWire wire, Clock& clock, std::stop_token stop);

  Result<evidence::MailSeen> deliver(const MailOrder& order) override;
  Result<MailMark> mark(const std::string& participant) override;
  Result<std::optional<evidence::MailSeen>> recognize(const MailPattern& pattern, const MailMark& mark) override;

 private:
  Result<LogFile*> log_of(const topology::HostSpec& host, std::string_view path);
  Result<mail::ImapAccount> mailbox_of(const topology::HostSpec& receiver, const std::string& address);
  /// Of the receiver's mail log.
  Result<std::uint64_t> inode_of(const topology::HostSpec& receiver);

  /// Receiver and its logs, not yet where they stand.
  Result<MailCourse> course_to(const topology::HostSpec& receiver, const std::string& rcpt_to);
  Result<MailCourse> course_of(const MailOrder& order);
  /// The logs of the lab's forwarders and lists, read from their beginning.
  Result<std::vector<IntermediaryLog>> intermediary_logs();
  /// The forwarder or list that takes mail for `rcpt_to`.
  Result<const topology::HostSpec*> entry_of(const std::string& rcpt_to) const;
  /// True when a forwarder or a list had the message from that host.
  Result<bool> came_through(const std::vector<IntermediaryLog>& logs, const MailPattern& pattern,
                            std::string_view message_id);
  Result<mail::SmtpSubmission> submission_for(const MailOrder& order, const MailCourse& course);

  /// Talks to the server; with a receiver whose milters judge, one message at a time.
  Result<mail::SmtpTranscript> send_in_turn(const MailCourse& course, const mail::SmtpSubmission& submission);
  /// From the receiver's own reply on.
  Result<void> follow_dialogue(const MailCourse& course, evidence::MailSeen& seen);
  /// Through the sender's own MTA to the receiver's reply.
  Result<void> follow_own_mta(const MailCourse& course, evidence::MailSeen& seen);
  /// Through forwarders and lists to the receiver's reply.
  Result<void> follow_intermediaries(const MailCourse& course, evidence::MailSeen& seen);
  Result<void> follow_reply(const MailCourse& course, evidence::MailSeen& seen);
  Result<void> follow_accepted(const MailCourse& course, evidence::MailSeen& seen);
  Result<void> follow_refused(const MailCourse& course, evidence::MailSeen& seen);
  void add_filter_log(const MailCourse& course, evidence::MailSeen& seen);
  /// @param patience how long the message may take to show itself.
  Result<void> find_stored(const MailCourse& course, std::string_view header, std::string_view value,
                           Milliseconds patience, evidence::MailSeen& seen, const Mailboxes::UidNext& since = {});

  /// The newest trail that matches, as evidence; `pending` when one that may match has not come to its end.
  struct Recognized {
    std::optional<evidence::MailSeen> seen;
    bool pending = false;
  };
  Result<Recognized> newest_match(const MailCourse& course, const MailPattern& pattern,
                                  const Mailboxes::UidNext& since);
  Result<std::optional<evidence::MailSeen>> examine(const MailTrail& trail, const MailCourse& course,
                                                    const MailPattern& pattern, const Mailboxes::UidNext& since);

  Hosts& hosts_;
  const topology::Topology& topology_;
  const topology::Credentials& credentials_;
  MailWire wire_;
  Clock& clock_;
  std::stop_token stop_;
  Mailboxes mailboxes_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<LogFile>, std::less<>> logs_;  ///< by host name and path
  std::map<std::string, std::mutex> turns_;                            ///< by receiver that has milters
};

}  // namespace labctl::lab
