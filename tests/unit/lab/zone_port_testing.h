#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "labctl/dns/zone_diff.h"
#include "labctl/lab/zone_port.h"
#include "tests/fakes/fake_clock.h"
#include "tests/fakes/fake_hosts.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::lab {

inline constexpr const char* kEditedZone = "m001.mail.nic.example";
inline constexpr const char* kZoneFile = "/var/lib/knot/m001.mail.nic.example.zone";

inline dns::Record record_in_zone(std::string_view text) { return *dns::parse_record(text, kEditedZone); }

/// One authority and one resolver with a cache of whole answers.
class FakeNameServers final : public NameServers {
 public:
  explicit FakeNameServers(fakes::FakeHosts& hosts) : hosts_(hosts) {}

  Result<std::vector<dns::Record>> read(const std::string& host, const std::string& zone) override {
    asked_host = host;
    asked_zone = zone;
    return records;
  }
  Result<dns::ZoneStatus> status(const std::string&, const std::string&) override {
    return dns::ZoneStatus{.serial = serial_, .frozen = frozen, .transaction_open = transaction_open};
  }
  Result<dns::ZoneEdit> transaction(const std::string&, const std::string&) override { return open_edit; }
  Result<void> apply(const std::string& host, const dns::ZoneEdit& edit) override {
    ++applied;
    if (on_apply) on_apply();
    if (apply_failure) return std::unexpected(*apply_failure);
    for (const auto& gone : edit.remove) std::erase(records, gone);
    records.insert(records.end(), edit.add.begin(), edit.add.end());
    ++serial_;
    if (flushes_to_file) write_file(host);
    if (on_flush) on_flush();
    return {};
  }
  Result<dns::Answer> query(const std::string& host, std::string_view name, std::string_view type) override {
    dns::Answer answer{.name = std::string(name),
                       .type = std::string(type),
                       .rcode = "NOERROR",
                       .authoritative = host != "resolver",
                       .records = {}};
    if (host == "resolver" && answers_until_expiry > 0 && --answers_until_expiry == 0) cache = records;
    auto& source = host == "resolver" ? cache : records;
    for (const auto& r : source)
      if (r.owner == name && r.type == type) answer.records.push_back(r);
    // RFC 4592 section 3.3.1, as far as these tests need it.
    if (answer.records.empty())
      for (const auto& r : source)
        if (r.owner.starts_with("*.") && r.type == type && std::string(name).ends_with(r.owner.substr(1)))
          answer.records.push_back({std::string(name), r.ttl, r.type, r.rdata});
    return answer;
  }
  Result<dns::Answer> cached(const std::string& host, std::string_view name, std::string_view type) override {
    return query(host, name, type);
  }
  Result<std::uint32_t> serial(const std::string&, std::string_view) override { return serial_; }
  Result<void> flush(const std::string& resolver, std::string_view) override {
    EXPECT_EQ(resolver, "resolver");
    if (++flushed > stale_flushes) cache = records;
    return {};
  }
  void write_file(const std::string& host) {
    std::string text;
    for (const auto& r : records) text += dns::to_line(r) + "\n";
    hosts_[host].write(kZoneFile, text, "m001.mail.nic.example.zone.Ab12Cd");
  }

  std::vector<dns::Record> records{record_in_zone("@ 20 SOA ns hostmaster 1 1 1 1 1"), record_in_zone("@ 20 NS ns"),
                                   record_in_zone("ns 20 A 198.18.1.11"),
                                   record_in_zone("_dmarc 20 TXT \"v=DMARC1; p=none\"")};
  std::vector<dns::Record> cache = records;
  bool frozen = false;
  bool transaction_open = false;
  bool flushes_to_file = true;
  dns::ZoneEdit open_edit{.zone = kEditedZone, .remove = {}, .add = {}};
  std::function<void()> on_apply;
  std::function<void()> on_flush;  ///< behind Knot's flush of an edit
  std::optional<Error> apply_failure;
  int applied = 0;
  int flushed = 0;
  int stale_flushes = 0;
  int answers_until_expiry = 0;  ///< so many more before what is cached ends; 0: it does not
  std::string asked_host;
  std::string asked_zone;

 private:
  fakes::FakeHosts& hosts_;
  std::uint32_t serial_ = 1;
};

class ZonePortTest : public testing::Test {
 protected:
  ZonePortTest() : topology_(*topology::make_topology({.participants = 2})), hosts_(topology_) {
    auto servers = std::make_unique<FakeNameServers>(hosts_);
    servers_ = servers.get();
    port_ = std::make_unique<ZonePortImpl>(hosts_, topology_, std::move(servers), clock_, std::stop_token{},
                                           directory_.path());
    servers_->write_file("receiver.m001");
    hosts_["receiver.m001"].on_run = [this](const host::Command& command) {
      auto& host = hosts_["receiver.m001"];
      if (command.argv.front() == "ln") host.write(command.argv.back(), host.file(command.argv.at(3)));
      if (command.argv.front() == "knotc") servers_->transaction_open = false;
      return ProcessResult{};
    };
  }
  dns::ZoneEdit edit() const {
    return dns::edit_to_set(kEditedZone, servers_->records, record_in_zone("_dmarc 20 TXT \"v=DMARC1; p=reject\""));
  }

  std::vector<ZoneHistoryEntry> history() const { return *ZoneHistory(directory_.path()).entries(kEditedZone); }
  std::size_t times_run(const std::string& program) {
    return static_cast<std::size_t>(
        std::ranges::count_if(hosts_["receiver.m001"].ran, [&](const auto& argv) { return argv.front() == program; }));
  }

  fakes::TemporaryDirectory directory_;
  topology::Topology topology_;
  fakes::FakeHosts hosts_;
  fakes::FakeClock clock_;
  FakeNameServers* servers_ = nullptr;
  std::unique_ptr<ZonePortImpl> port_;
};

}  // namespace labctl::lab
