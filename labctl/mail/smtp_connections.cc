#include "labctl/mail/smtp_connections.h"

#include <algorithm>
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
  {
    const std::scoped_lock lock(mutex_);
    const auto found = std::ranges::find(idle_, way, &Kept::way);
    if (found != idle_.end()) {
      connection = std::move(found->connection);
      idle_.erase(found);
    }
  }
  if (connection && !submission.follows) {
    connection->quit();
    connection.reset();
  }
  if (!connection) connection = std::make_unique<SmtpConnection>(submission);
  auto sent = connection->send(submission, SmtpConnection::After::stay);
  if (connection->is_open()) {
    const std::scoped_lock lock(mutex_);
    idle_.push_back({std::move(way), std::move(connection)});
  }
  return sent;
}

}  // namespace labctl::mail
