#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "labctl/base/text.h"
#include "tests/fakes/scripted_server.h"

namespace labctl::fakes {

/// An SMTP server that takes every message, but for what a test tells it to answer.
class FakeSmtp {
 public:
  static constexpr const char* kDrop = "drop";  ///< closes the connection instead of an answer
  static constexpr const char* kHang = "hang";  ///< never answers

  /// By verb in upper case, "" for the greeting, "." for the end of the data, "334" for an AUTH secret.
  using Answers = std::map<std::string, std::string>;

  explicit FakeSmtp(Answers answers = {})
      : answers_(std::move(answers)), server_([this](ScriptedPeer& peer) { serve(peer); }) {}

  [[nodiscard]] Endpoint endpoint() const { return server_.endpoint(); }
  /// What clients said, the message's lines apart.
  [[nodiscard]] std::vector<std::string> commands() const {
    const std::scoped_lock lock(mutex_);
    return commands_;
  }
  [[nodiscard]] std::vector<std::string> data() const {
    const std::scoped_lock lock(mutex_);
    return data_;
  }

 private:
  /// False: the connection is over.
  bool answer(ScriptedPeer& peer, const std::string& verb, const std::string& usual) {
    const auto own = answers_.find(verb);
    const std::string& text = own == answers_.end() ? usual : own->second;
    if (text == kDrop) return false;
    if (text == kHang) {
      peer.hang();
      return false;
    }
    peer.send(text + "\r\n");
    return true;
  }

  bool take_data(ScriptedPeer& peer) {
    while (const auto line = peer.line()) {
      if (*line == ".") return answer(peer, ".", "250 2.0.0 Ok: queued as 016D3C2013A");
      const std::scoped_lock lock(mutex_);
      data_.push_back(*line);
    }
    return false;
  }

  void serve(ScriptedPeer& peer) {
    if (!answer(peer, "", "220 mx.test ESMTP")) return;
    bool secret = false;
    while (const auto line = peer.line()) {
      {
        const std::scoped_lock lock(mutex_);
        commands_.push_back(*line);
      }
      if (std::exchange(secret, false)) {
        if (!answer(peer, "334", "235 2.7.0 Authentication successful")) return;
        continue;
      }
      const std::string verb = line->substr(0, line->find(' '));
      secret = verb == "AUTH";
      const std::string usual = verb == "EHLO"   ? "250-mx.test\r\n250-PIPELINING\r\n250 ENHANCEDSTATUSCODES"
                                : verb == "DATA" ? "354 End data with <CR><LF>.<CR><LF>"
                                : verb == "AUTH" ? "334 "
                                : verb == "QUIT" ? "221 2.0.0 Bye"
                                                 : "250 2.1.0 Ok";
      if (!answer(peer, verb, usual)) return;
      if (verb == "DATA" && !answers_.contains("DATA") && !take_data(peer)) return;
      if (verb == "QUIT") return;
    }
  }

  Answers answers_;
  mutable std::mutex mutex_;
  std::vector<std::string> commands_;
  std::vector<std::string> data_;
  ScriptedServer server_;
};

}  // namespace labctl::fakes
