#pragma once

#include <fmt/format.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "tests/fakes/scripted_server.h"

namespace labctl::fakes {

/// An IMAP server that says OK to every command, with the untagged lines that a test gives it (RFC 3501 section 7).
class FakeImap {
 public:
  static constexpr const char* kNo = "no";               ///< refuses the command
  static constexpr const char* kHang = "hang";           ///< never answers
  static constexpr const char* kDropOnce = "drop once";  ///< closes the connection, the first time

  /// By command in upper case ("UID SEARCH" is one), "" for the greeting; each line ends in CRLF.
  using Answers = std::map<std::string, std::string>;

  explicit FakeImap(Answers answers = {})
      : answers_(std::move(answers)), server_([this](ScriptedPeer& peer) { serve(peer); }) {}

  [[nodiscard]] Endpoint endpoint() const { return server_.endpoint(); }
  /// What clients said, without tags.
  [[nodiscard]] std::vector<std::string> commands() const {
    const std::scoped_lock lock(mutex_);
    return commands_;
  }

 private:
  static std::string name_of(const std::string& command) {
    const auto from = command.starts_with("UID ") ? std::size_t{4} : std::size_t{0};
    return command.substr(0, command.find(' ', from));
  }

  /// False: the connection is over.
  bool answer(ScriptedPeer& peer, const std::string& tag, const std::string& name) {
    const auto own = answers_.find(name);
    std::string text = own == answers_.end() ? "" : own->second;
    if (text == kHang) peer.hang();
    if (text == kDropOnce) {
      if (!std::exchange(dropped_, true)) return false;
      text.clear();
    }
    if (name == "CAPABILITY") text = "* CAPABILITY IMAP4rev1\r\n";
    peer.send(text == kNo ? fmt::format("{} NO not today\r\n", tag) : fmt::format("{}{} OK done\r\n", text, tag));
    return name != "LOGOUT";
  }

  void serve(ScriptedPeer& peer) {
    if (answers_.contains("")) return peer.hang();
    peer.send("* OK IMAP4rev1 ready\r\n");
    while (const auto line = peer.line()) {
      const auto space = line->find(' ');
      if (space == std::string::npos) return;
      const std::string command = line->substr(space + 1);
      {
        const std::scoped_lock lock(mutex_);
        commands_.push_back(command);
      }
      if (!answer(peer, line->substr(0, space), name_of(command))) return;
    }
  }

  Answers answers_;
  bool dropped_ = false;
  mutable std::mutex mutex_;
  std::vector<std::string> commands_;
  ScriptedServer server_;
};

}  // namespace labctl::fakes
