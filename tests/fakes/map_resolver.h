#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "labctl/base/text.h"
#include "labctl/dns/txt.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/evaluate/resolver.h"

namespace labctl::fakes {

/// DNS as a table, one line a record: "example.com TXT v=spf1 -all", "example.com MX 10 mail.example.com". The text of
/// a TXT is taken as it stands (" | " parts its strings); "name TYPE !SERVFAIL" is trouble; "name CNAME other" is
/// followed. What has no line does not exist.
class MapResolver final : public evaluate::Resolver {
 public:
  explicit MapResolver(std::string_view table = {}) { add(table); }

  void add(std::string_view table) {
    for (const auto& line : lines_of(table)) {
      const auto text = trim(line);
      if (text.empty()) continue;
      const auto name_end = text.find(' ');
      const auto type_end = text.find(' ', name_end + 1);
      const std::string name = evaluate::normal_name(text.substr(0, name_end));
      const std::string type(text.substr(name_end + 1, type_end - name_end - 1));
      const std::string data(type_end == std::string_view::npos ? "" : text.substr(type_end + 1));
      auto& answer = table_[{name, type}];
      if (data.starts_with('!'))
        answer.rcode = data.substr(1);
      else
        answer.records.push_back({.owner = name + ".", .ttl = 20, .type = type, .rdata = rdata_of(type, data)});
    }
  }

  evaluate::Answer query(std::string_view name, std::string_view type) override {
    asked.emplace_back(fmt::format("{} {}", name, type));
    std::string at(name);
    for (int hop = 0; hop < 8; ++hop) {
      if (const auto found = table_.find({at, std::string(type)}); found != table_.end()) return found->second;
      const auto alias = table_.find({at, "CNAME"});
      if (alias == table_.end()) return {.rcode = exists(at) ? "NOERROR" : "NXDOMAIN", .records = {}};
      at = evaluate::normal_name(alias->second.records.front().rdata);
    }
    return {.rcode = "SERVFAIL", .records = {}};
  }

  std::vector<std::string> asked;  ///< "name TYPE", in order

 private:
  static std::string rdata_of(const std::string& type, const std::string& data) {
    if (type != "TXT") return data;
    std::string escaped;
    for (const char c : data) {
      if (c == '"' || c == '\\') escaped += '\\';
      escaped += c;
    }
    std::vector<std::string> strings;
    for (std::size_t at = 0; at != std::string::npos;) {
      const auto bar = escaped.find(" | ", at);
      strings.push_back(escaped.substr(at, bar == std::string::npos ? bar : bar - at));
      at = bar == std::string::npos ? bar : bar + 3;
    }
    return dns::quote_in_pieces(strings);
  }

  [[nodiscard]] bool exists(const std::string& name) const {
    for (const auto& [key, answer] : table_)
      if (key.first == name || key.first.ends_with("." + name)) return true;
    return false;
  }

  std::map<std::pair<std::string, std::string>, evaluate::Answer> table_;
};

}  // namespace labctl::fakes
