#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/endpoint.h"
#include "labctl/base/error.h"

namespace labctl::mail {

/// A mailbox, and how to get to it.
struct ImapAccount {
  Endpoint server;
  std::string server_name;  ///< for the certificate check
  std::string user;
  std::string password;
  std::string ca_pem;
  Milliseconds timeout{10'000};
};

/// One mailbox account over one persistent connection (libcurl). Reading leaves no \Seen flag behind. Not for several
/// threads at once.
class Mailbox {
 public:
  explicit Mailbox(ImapAccount account);
  ~Mailbox();
  Mailbox(Mailbox&&) noexcept;
  Mailbox& operator=(Mailbox&&) noexcept;

  Result<std::vector<std::string>> folders();
  /// UIDs, ascending, of messages whose header `name` contains `value`; all when `name` is empty.
  /// @param first messages below this UID need not be looked at; the newest message of the folder may be all the same
  Result<std::vector<std::uint32_t>> search(std::string_view folder, std::string_view name, std::string_view value,
                                            std::uint32_t first = 1);
  /// The next UID that the folder will give (UIDNEXT).
  Result<std::uint32_t> uid_next(std::string_view folder);
  /// The whole message.
  Result<std::string> fetch(std::string_view folder, std::uint32_t uid);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace labctl::mail
