#include "labctl/mail/smtp_connections.h"

#include <utility>

namespace labctl::mail {

SmtpConnections::~SmtpConnections() {
  for (auto& kept : idle_) kept.connection->quit();
}

Result<SmtpTranscript> SmtpConnections::send(const SmtpSubmission& submission) {
  if (submission.raw) return mail::send(submission);
  const auto& server = submission.server;
  Way way{server.from,     server.address,      server.port,       submission.server_name, submission.helo,
          submission.user, submission.password, submission.ca_pem, submission.tls};
  std::unique_ptr<SmtpConnection> connection;
  std::list<Kept> over;
  {
    const std::scoped_lock lock(mutex_);
    for (auto kept = idle_.begin(); kept != idle_.end();) {
      const auto here = kept++;
      if (submission.follows && here->way == way) {
        connection = std::move(here->connection);
        idle_.erase(here);
        break;
      }
      if (!submission.follows && here->way.address == way.address && here->way.port == way.port)
        over.splice(over.end(), idle_, here);
    }
  }
  for (auto& kept : over) kept.connection->quit();
  if (!connection) connection = std::make_unique<SmtpConnection>(submission);
  auto sent = connection->send(submission, SmtpConnection::After::stay);
  if (connection->is_open()) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back({std::move(way), std::move(connection)});
  }
  return sent;
}

}  // namespace labctl::mail
