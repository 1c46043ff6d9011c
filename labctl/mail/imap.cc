#include "labctl/mail/imap.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "labctl/base/text.h"
#include "labctl/mail/curl_handle.h"

namespace labctl::mail {
namespace {

constexpr std::size_t kLargestAnswer = 64U << 20U;

/// An IMAP quoted string (RFC 3501 section 4.3).
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c != '\r' && c != '\n') result += c;
  }
  return result + "\"";
}

std::size_t on_bytes(char* text, std::size_t size, std::size_t count, void* user) {
  auto& answer = *static_cast<std::string*>(user);
  if (answer.size() + size * count > kLargestAnswer) return 0;
  answer.append(text, size * count);
  return size * count;
}

std::size_t ignore_bytes(char*, std::size_t size, std::size_t count, void*) { return size * count; }

std::vector<std::uint32_t> numbers_of(std::string_view text) {
  std::vector<std::uint32_t> numbers;
  for (const auto& word : split(text, ' ')) {
    std::uint32_t number = 0;
    if (std::from_chars(word.data(), word.data() + word.size(), number).ec == std::errc() && number > 0) numbers.push_back(number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

}  // namespace

struct Mailbox::Impl {
  explicit Impl(ImapAccount given)
      : account(std::move(given)),
        handle("imap", account.server, account.server_name, account.ca_pem, !account.ca_pem.empty(), true, account.timeout) {
    CURL* curl = handle.get();
    curl_easy_setopt(curl, CURLOPT_USERNAME, account.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, account.password.c_str());
    // libcurl gives the untagged lines and literals of a custom command to both callbacks: one of them collects.
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &on_bytes);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &answer);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &ignore_bytes);
  }

  /// Runs one command, in a selected folder unless `folder` is empty; returns the untagged lines.
  Result<std::string> command(std::string_view folder, const std::string& text) {
    std::string path;
    if (!folder.empty()) {
      char* escaped = curl_easy_escape(handle.get(), folder.data(), static_cast<int>(folder.size()));
      path = escaped != nullptr ? escaped : "";
      curl_free(escaped);
    }
    answer.clear();
    handle.set_path(path);
    curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, text.c_str());
    const CURLcode code = curl_easy_perform(handle.get());
    if (!folder.empty()) selected = code == CURLE_OK ? folder : std::string_view{};
    if (code == CURLE_OK) return answer;
    std::string message = fmt::format("IMAP {} of {}: {}", text.substr(0, text.find(' ')), account.user, handle.error_text(code));
    if (code == CURLE_OPERATION_TIMEDOUT) return timeout_error(std::move(message), handle.place());
    return lab_error(std::move(message), handle.place());
  }

  /// RFC 3501 section 6.1.2: what came into the selected folder since is told at a NOOP; a new SELECT tells it anyway.
  Result<void> refresh(std::string_view folder) {
    if (folder != selected) return {};
    LABCTL_TRY(command(folder, "NOOP"));
    return {};
  }

  ImapAccount account;
  std::string selected;
  std::string answer;
  CurlHandle handle;
};

Mailbox::Mailbox(ImapAccount account) : impl_(std::make_unique<Impl>(std::move(account))) {}
Mailbox::~Mailbox() = default;
Mailbox::Mailbox(Mailbox&&) noexcept = default;
Mailbox& Mailbox::operator=(Mailbox&&) noexcept = default;

Result<std::vector<std::string>> Mailbox::folders() {
  LABCTL_ASSIGN(const auto answer, impl_->command("", "LIST \"\" \"*\""));
  std::vector<std::string> folders;
  for (const auto& line : lines_of(answer)) {
    // RFC 3501 section 7.2.2: * LIST (flags) "delimiter" name
    if (!line.starts_with("* LIST ")) continue;
    const auto flags_end = line.find(") ");
    if (flags_end == std::string::npos) continue;
    std::string rest(trim(std::string_view(line).substr(flags_end + 2)));
    const auto space = rest.find(' ');
    if (space == std::string::npos) continue;
    std::string name(trim(rest.substr(space + 1)));
    if (name.size() > 1 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    // libcurl gives the lines of a LIST to both callbacks.
    if (std::ranges::find(folders, name) == folders.end()) folders.push_back(std::move(name));
  }
  return folders;
}

Result<std::vector<std::uint32_t>> Mailbox::search(std::string_view folder, std::string_view name, std::string_view value) {
  const std::string what = name.empty() ? "ALL" : fmt::format("HEADER {} {}", quoted(name), quoted(value));
  LABCTL_TRY(impl_->refresh(folder));
  LABCTL_ASSIGN(const auto answer, impl_->command(folder, "UID SEARCH " + what));
  std::vector<std::uint32_t> uids;
  for (const auto& line : lines_of(answer))
    if (line.starts_with("* SEARCH")) {
      const auto found = numbers_of(std::string_view(line).substr(8));
      uids.insert(uids.end(), found.begin(), found.end());
    }
  return uids;
}

Result<std::vector<std::uint32_t>> Mailbox::since(std::string_view folder, std::uint32_t first) {
  LABCTL_TRY(impl_->refresh(folder));
  LABCTL_ASSIGN(const auto answer, impl_->command(folder, fmt::format("UID SEARCH UID {}:*", first)));
  std::vector<std::uint32_t> uids;
  for (const auto& line : lines_of(answer))
    if (line.starts_with("* SEARCH"))
      // "N:*" names the last message too, however old it is.
      for (const auto uid : numbers_of(std::string_view(line).substr(8)))
        if (uid >= first) uids.push_back(uid);
  return uids;
}

Result<std::uint32_t> Mailbox::uid_next(std::string_view folder) {
  LABCTL_ASSIGN(const auto answer, impl_->command("", fmt::format("STATUS {} (UIDNEXT)", quoted(folder))));
  const std::string& all = answer;
  const auto at = all.find("UIDNEXT ");
  std::uint32_t next = 0;
  if (at == std::string::npos || std::from_chars(all.data() + at + 8, all.data() + all.size(), next).ec != std::errc())
    return lab_error(fmt::format("IMAP STATUS of {} has no UIDNEXT: {}", folder, printable(all)));
  return next;
}

Result<std::string> Mailbox::fetch(std::string_view folder, std::uint32_t uid) {
  LABCTL_ASSIGN(const auto answer, impl_->command(folder, fmt::format("UID FETCH {} BODY.PEEK[]", uid)));
  const std::string& all = answer;
  // RFC 3501 section 4.3: {octets} CRLF, then just so many octets.
  const auto open = all.find("BODY[] {");
  std::size_t octets = 0;
  const auto begin = all.find('\n', open);
  if (open == std::string::npos || begin == std::string::npos ||
      std::from_chars(all.data() + open + 8, all.data() + all.size(), octets).ec != std::errc() || begin + 1 + octets > all.size())
    return lab_error(fmt::format("message {} of {} can't be fetched: {}", uid, folder, printable(all.substr(0, 200))));
  return all.substr(begin + 1, octets);
}

}  // namespace labctl::mail
