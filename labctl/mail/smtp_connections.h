#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <tuple>

#include "labctl/mail/smtp_connection.h"

namespace labctl::mail {

/// Sends messages, and keeps a connection that took one for the next one that goes the same way and may follow:
/// opening it and STARTTLS cost more than a message. A server asks for the client's name once a connection, and keeps
/// its own configuration for the length of it; so a message that does not follow gets a new one, and ends what is open
/// to that server. Says QUIT to all of them at its end. Safe from several threads at once.
class SmtpConnections {
 public:
  SmtpConnections() = default;
  ~SmtpConnections();
  SmtpConnections(const SmtpConnections&) = delete;
  SmtpConnections& operator=(const SmtpConnections&) = delete;

  /// As mail::send, but that the dialogue has no QUIT. Errors: as there.
  Result<SmtpTranscript> send(const SmtpSubmission& submission);

 private:
  /// What messages on one connection have in common.
  struct Way {
    std::shared_ptr<SocketSource> from;
    std::string address;
    std::uint16_t port;
    std::string server_name, helo, user, password, ca_pem;
    TlsPolicy tls;
    bool operator==(const Way&) const = default;
  };
  struct Kept {
    Way way;
    std::unique_ptr<SmtpConnection> connection;
  };

  std::mutex mutex_;
  std::list<Kept> idle_;
};

}  // namespace labctl::mail
