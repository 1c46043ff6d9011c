#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"
#include "labctl/evidence/evidence.h"
#include "labctl/mail/imap.h"

namespace labctl::lab {

/// One mailbox account, as mail::Mailbox has it.
class MailboxSession {
 public:
  virtual ~MailboxSession() = default;
  virtual Result<std::vector<std::string>> folders() = 0;
  virtual Result<std::vector<std::uint32_t>> search(std::string_view folder, std::string_view name,
                                                    std::string_view value, std::uint32_t first) = 0;
  virtual Result<std::uint32_t> uid_next(std::string_view folder) = 0;
  virtual Result<std::string> fetch(std::string_view folder, std::uint32_t uid) = 0;
};
using OpenMailbox = std::function<std::unique_ptr<MailboxSession>(mail::ImapAccount account)>;

/// The mailboxes of a lab, each over one connection that stays open. Safe from several threads at once.
class Mailboxes {
 public:
  Mailboxes(OpenMailbox open, Clock& clock) : open_(std::move(open)), clock_(clock) {}

  using UidNext = std::vector<std::pair<std::string, std::uint32_t>>;  ///< by folder
  /// The next UID of each folder.
  Result<UidNext> uid_next(const mail::ImapAccount& account);
  /// The newest message with `value` in header `name`: INBOX and Junk are searched first, then every other folder.
  /// None: it is in no folder.
  /// @param since when given, messages below these UIDs don't count.
  /// @param begun when the message was not yet on its way: what was found earlier has a lower UID
  Result<std::optional<evidence::StoredMessage>> find(const mail::ImapAccount& account, std::string_view name,
                                                      std::string_view value, const UidNext& since = {},
                                                      std::optional<Clock::Steady> begun = {});

 private:
  struct Newest {
    std::uint32_t uid = 0;
    Clock::Steady found;
  };
  struct Entry {
    std::mutex mutex;
    std::unique_ptr<MailboxSession> session;
    std::map<std::string, Newest, std::less<>> newest;  ///< by folder, what this session has found
  };
  /// A connection that the server closed meanwhile (a restart, a reset) is opened anew once.
  template <class T>
  Result<T> with(const mail::ImapAccount& account, const std::function<Result<T>(Entry&)>& work);
  Result<std::optional<evidence::StoredMessage>> find_in(Entry& entry, std::string_view folder, std::string_view name,
                                                         std::string_view value, std::uint32_t first,
                                                         std::optional<Clock::Steady> begun);
  Result<std::optional<evidence::StoredMessage>> find_anywhere(Entry& entry, std::string_view name,
                                                               std::string_view value, const UidNext& since,
                                                               std::optional<Clock::Steady> begun);

  OpenMailbox open_;
  Clock& clock_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, Entry> entries_;  ///< by server address and user
};

}  // namespace labctl::lab
