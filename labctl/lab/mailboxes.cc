#include "labctl/lab/mailboxes.h"

#include <algorithm>
#include <array>

namespace labctl::lab {
namespace {

using Found = std::optional<evidence::StoredMessage>;

constexpr std::array<std::string_view, 2> kLikely{"INBOX", "Junk"};

Result<Found> find_in(MailboxSession& session, std::string_view folder, std::string_view name, std::string_view value,
                      std::uint32_t first_uid) {
  LABCTL_ASSIGN(const auto uids, session.search(folder, name, value));
  if (uids.empty() || uids.back() < first_uid) return Found{};
  LABCTL_ASSIGN(auto raw, session.fetch(folder, uids.back()));
  return evidence::StoredMessage{std::string(folder), uids.back(), std::move(raw)};
}

Result<Found> find_anywhere(MailboxSession& session, std::string_view name, std::string_view value,
                            const Mailboxes::UidNext& since) {
  const auto first_uid = [&](std::string_view folder) {
    const auto found =
        std::ranges::find(since, folder, [](const auto& entry) { return std::string_view(entry.first); });
    return found == since.end() ? 0 : found->second;
  };
  for (const auto folder : kLikely) {
    LABCTL_ASSIGN(auto found, find_in(session, folder, name, value, first_uid(folder)));
    if (found) return found;
  }
  LABCTL_ASSIGN(const auto folders, session.folders());
  for (const auto& folder : folders) {
    if (std::ranges::find(kLikely, folder) != kLikely.end()) continue;
    LABCTL_ASSIGN(auto found, find_in(session, folder, name, value, first_uid(folder)));
    if (found) return found;
  }
  return Found{};
}

}  // namespace

template <class T>
Result<T> Mailboxes::with(const mail::ImapAccount& account, const std::function<Result<T>(MailboxSession&)>& work) {
  Entry* entry = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    entry = &entries_[{account.server.address, account.user}];
  }
  const std::scoped_lock lock(entry->mutex);
  if (entry->session) {
    if (auto result = work(*entry->session)) return result;
  }
  entry->session = open_(account);
  auto result = work(*entry->session);
  if (!result) entry->session.reset();
  return result;
}

Result<Mailboxes::UidNext> Mailboxes::uid_next(const mail::ImapAccount& account) {
  return with<UidNext>(account, [](MailboxSession& session) -> Result<UidNext> {
    LABCTL_ASSIGN(const auto folders, session.folders());
    UidNext all;
    for (const auto& folder : folders) {
      LABCTL_ASSIGN(const auto next, session.uid_next(folder));
      all.emplace_back(folder, next);
    }
    return all;
  });
}

Result<Found> Mailboxes::find(const mail::ImapAccount& account, std::string_view name, std::string_view value,
                              const UidNext& since) {
  return with<Found>(account, [&](MailboxSession& session) { return find_anywhere(session, name, value, since); });
}

}  // namespace labctl::lab
