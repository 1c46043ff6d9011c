#include "labctl/lab/mailboxes.h"

#include <algorithm>
#include <array>

namespace labctl::lab {
namespace {

using Found = std::optional<evidence::StoredMessage>;

constexpr std::array<std::string_view, 2> kLikely{"INBOX", "Junk"};

std::uint32_t first_of(const Mailboxes::UidNext& since, std::string_view folder) {
  const auto found = std::ranges::find(since, folder, [](const auto& entry) { return std::string_view(entry.first); });
  return found == since.end() ? 1 : found->second;
}

}  // namespace

template <class T>
Result<T> Mailboxes::with(const mail::ImapAccount& account, const std::function<Result<T>(Entry&)>& work) {
  Entry* entry = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    entry = &entries_[{account.server.address, account.user}];
  }
  const std::scoped_lock lock(entry->mutex);
  if (entry->session) {
    if (auto result = work(*entry)) return result;
  }
  entry->session = open_(account);
  entry->newest.clear();
  auto result = work(*entry);
  if (!result) entry->session.reset();
  return result;
}

Result<Mailboxes::UidNext> Mailboxes::uid_next(const mail::ImapAccount& account) {
  return with<UidNext>(account, [](Entry& entry) -> Result<UidNext> {
    auto& session = *entry.session;
    LABCTL_ASSIGN(const auto folders, session.folders());
    UidNext all;
    for (const auto& folder : folders) {
      LABCTL_ASSIGN(const auto next, session.uid_next(folder));
      all.emplace_back(folder, next);
    }
    return all;
  });
}

Result<Found> Mailboxes::find_in(Entry& entry, std::string_view folder, std::string_view name, std::string_view value,
                                 std::uint32_t first, std::optional<Clock::Steady> begun) {
  // RFC 3501 section 2.3.1.1: UIDs ascend in the order in which messages came.
  const auto newest = entry.newest.find(folder);
  if (begun && newest != entry.newest.end() && newest->second.found < *begun)
    first = std::max(first, newest->second.uid + 1);
  LABCTL_ASSIGN(const auto uids, entry.session->search(folder, name, value, first));
  if (uids.empty() || uids.back() < first) return Found{};
  LABCTL_ASSIGN(auto raw, entry.session->fetch(folder, uids.back()));
  if (newest == entry.newest.end() || newest->second.uid < uids.back())
    entry.newest.insert_or_assign(std::string(folder), Newest{uids.back(), clock_.now()});
  return evidence::StoredMessage{std::string(folder), uids.back(), std::move(raw)};
}

Result<Found> Mailboxes::find_anywhere(Entry& entry, std::string_view name, std::string_view value,
                                       const UidNext& since, std::optional<Clock::Steady> begun) {
  for (const auto folder : kLikely) {
    LABCTL_ASSIGN(auto found, find_in(entry, folder, name, value, first_of(since, folder), begun));
    if (found) return found;
  }
  LABCTL_ASSIGN(const auto folders, entry.session->folders());
  for (const auto& folder : folders) {
    if (std::ranges::find(kLikely, folder) != kLikely.end()) continue;
    LABCTL_ASSIGN(auto found, find_in(entry, folder, name, value, first_of(since, folder), begun));
    if (found) return found;
  }
  return Found{};
}

Result<Found> Mailboxes::find(const mail::ImapAccount& account, std::string_view name, std::string_view value,
                              const UidNext& since, std::optional<Clock::Steady> begun) {
  return with<Found>(account, [&](Entry& entry) -> Result<Found> {
    LABCTL_ASSIGN(auto found, find_anywhere(entry, name, value, since, begun));
    // Somebody may have made the folder anew, and its UIDs with it.
    if (!found && begun) return find_anywhere(entry, name, value, since, std::nullopt);
    return found;
  });
}

}  // namespace labctl::lab
