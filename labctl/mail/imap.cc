#include "labctl/mail/imap.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "labctl/base/text.h"
#include "labctl/mail/curl_handle.h"

namespace labctl::mail {
namespace {

constexpr std::size_t kLargestAnswer = 64U << 20U;
constexpr long kReceiveBuffer = 512L << 10;  // the most that curl takes

/// An IMAP quoted string (RFC 3501 section 4.3).
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c != '\r' && c != '\n' && c != '\0') result += c;
  }
  return result + "\"";
}

std::string unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string result;
  for (std::size_t at = 1; at + 1 < text.size(); ++at) {
    if (text[at] == '\\' && at + 2 < text.size()) ++at;
    result += text[at];
  }
  return result;
}

/// The words behind "* SEARCH" as numbers.
void add_numbers(std::string_view line, std::vector<std::uint32_t>& numbers) {
  for (const auto& word : split(line, ' ')) {
    std::uint32_t number = 0;
    const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (code == std::errc() && number > 0) numbers.push_back(number);
  }
}

/// Keeps what curl hands over, up to a bound; handing back less than was given ends the request.
std::size_t on_bytes(char* text, std::size_t size, std::size_t count, void* user) {
  auto& kept = *static_cast<std::string*>(user);
  if (kept.size() + size * count > kLargestAnswer) return 0;
  kept.append(text, size * count);
  return size * count;
}

}  // namespace

struct Mailbox::Impl {
  explicit Impl(ImapAccount given)
      : account(std::move(given)),
        handle("imap", account.server, account.server_name, account.ca_pem, !account.ca_pem.empty(), true,
               account.timeout) {
    CURL* curl = handle.get();
    curl_easy_setopt(curl, CURLOPT_USERNAME, account.user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, account.password.c_str());
    // curl drops the rest of a line that is longer than half its buffer: a SEARCH answers on one line.
    curl_easy_setopt(curl, CURLOPT_BUFFERSIZE, kReceiveBuffer);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, &on_bytes);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &lines);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &literal);
  }

  Result<void> perform(std::string_view what, std::string_view folder, std::string_view parameters = {}) {
    lines.clear();
    literal.clear();
    handle.set_path(folder, parameters);
    const CURLcode code = curl_easy_perform(handle.get());
    // curl selects the folder of its URL when it isn't the one that is selected.
    if (code != CURLE_OK || (!folder.empty() && folder != selected)) examined = false;
    if (code != CURLE_OK) {
      selected.clear();
    } else if (!folder.empty()) {
      selected = folder;
    }
    if (code == CURLE_OK) return {};
    std::string message = fmt::format("IMAP {} of {}: {}", what, account.user, handle.error_text(code));
    if (code == CURLE_OPERATION_TIMEDOUT) return timeout_error(std::move(message), handle.place());
    return lab_error(std::move(message), handle.place());
  }

  /// Runs one command, in a selected folder unless `folder` is empty; returns the server's lines.
  Result<std::vector<std::string>> command(std::string_view folder, const std::string& text) {
    curl_easy_setopt(handle.get(), CURLOPT_CUSTOMREQUEST, text.c_str());
    LABCTL_TRY(perform(text.substr(0, text.find(' ', text.starts_with("UID ") ? 4 : 0)), folder));
    return lines_of(lines);
  }

  Result<std::vector<std::uint32_t>> search(std::string_view folder, std::string_view criteria) {
    // RFC 3501 section 6.1.2: what came into the selected folder since is told at a NOOP; a new SELECT tells it anyway.
    if (folder == selected) LABCTL_TRY(command(folder, "NOOP"));
    LABCTL_ASSIGN(const auto answer, command(folder, fmt::format("UID SEARCH {}", criteria)));
    constexpr std::string_view kSearch = "* SEARCH";
    std::vector<std::uint32_t> uids;
    for (const auto& line : answer)
      if (line.starts_with(kSearch)) add_numbers(std::string_view(line).substr(kSearch.size()), uids);
    std::ranges::sort(uids);
    return uids;
  }

  ImapAccount account;
  std::string selected;   ///< the folder that is; empty: none, or not known
  bool examined = false;  ///< `selected` is open for reading only
  std::string lines;      ///< that the server said to the last request
  std::string literal;    ///< the message of a FETCH
  CurlHandle handle;
};

Mailbox::Mailbox(ImapAccount account) : impl_(std::make_unique<Impl>(std::move(account))) {}
Mailbox::~Mailbox() = default;
Mailbox::Mailbox(Mailbox&&) noexcept = default;
Mailbox& Mailbox::operator=(Mailbox&&) noexcept = default;

Result<std::vector<std::string>> Mailbox::folders() {
  LABCTL_ASSIGN(const auto answer, impl_->command("", "LIST \"\" \"*\""));
  std::vector<std::string> folders;
  for (std::size_t i = 0; i < answer.size(); ++i) {
    // RFC 3501 section 7.2.2: * LIST (flags) "delimiter" name
    const std::string_view line = answer[i];
    if (!line.starts_with("* LIST (")) continue;
    const auto flags_end = line.find(") ");
    if (flags_end == std::string_view::npos) continue;
    const auto flags = to_lower(line.substr(0, flags_end));
    if (flags.find("\\noselect") != std::string::npos || flags.find("\\nonexistent") != std::string::npos) continue;
    const auto rest = line.substr(flags_end + 2);
    const auto space = rest.find(' ');
    if (space == std::string_view::npos) continue;
    auto name = rest.substr(space + 1);
    // A name with odd octets comes as a literal, on the next line.
    if (name.starts_with('{') && name.ends_with('}') && i + 1 < answer.size()) name = answer[++i];
    folders.push_back(unquoted(name));
  }
  return folders;
}

Result<std::vector<std::uint32_t>> Mailbox::search(std::string_view folder, std::string_view name,
                                                   std::string_view value, std::uint32_t first) {
  const std::string which = first > 1 ? fmt::format("UID {}:* ", first) : "";
  return impl_->search(folder,
                       which + (name.empty() ? "ALL" : fmt::format("HEADER {} {}", quoted(name), quoted(value))));
}

Result<std::uint32_t> Mailbox::uid_next(std::string_view folder) {
  LABCTL_ASSIGN(const auto answer, impl_->command("", fmt::format("STATUS {} (UIDNEXT)", quoted(folder))));
  constexpr std::string_view kUidNext = "(UIDNEXT ";
  for (const std::string_view line : answer) {
    const auto at = line.rfind(kUidNext);
    std::uint32_t next = 0;
    if (line.starts_with("* STATUS ") && at != std::string_view::npos &&
        std::from_chars(line.data() + at + kUidNext.size(), line.data() + line.size(), next).ec == std::errc())
      return next;
  }
  return lab_error(fmt::format("IMAP STATUS of {} has no UIDNEXT", printable(folder)), impl_->handle.place());
}

Result<std::string> Mailbox::fetch(std::string_view folder, std::uint32_t uid) {
  // Of a message curl can only ask BODY[], which sets \Seen but in a folder that is open for reading only (RFC 3501
  // section 6.3.2). A FETCH of labctl's own could say BODY.PEEK[], but curl takes its literal for lines, and a line of
  // a message that looks like the end of the answer for that end.
  if (!impl_->examined || impl_->selected != folder) {
    LABCTL_TRY(impl_->command(folder, fmt::format("EXAMINE {}", quoted(folder))));
    impl_->examined = true;
  }
  curl_easy_setopt(impl_->handle.get(), CURLOPT_CUSTOMREQUEST, nullptr);
  LABCTL_TRY(impl_->perform(fmt::format("UID FETCH {}", uid), folder, fmt::format(";UID={}", uid)));
  return std::move(impl_->literal);
}

}  // namespace labctl::mail
