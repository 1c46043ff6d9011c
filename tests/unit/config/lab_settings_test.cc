#include "labctl/config/lab_settings.h"

#include <gtest/gtest.h>

#include "labctl/base/file.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::config {
namespace {

class LabToml : public ::testing::Test {
 protected:
  Result<topology::LabSettings> load(std::string_view text) {
    EXPECT_TRUE(write_file(path(), text).has_value());
    return load_lab_settings(path());
  }
  /// "3:1: message" of the error, without the file's name.
  std::string complaint(std::string_view text) {
    const auto loaded = load(text);
    if (loaded) return "loaded";
    EXPECT_EQ(loaded.error().kind, ErrorKind::usage);
    EXPECT_TRUE(loaded.error().where.starts_with(path() + ":"));
    return loaded.error().where.substr(path().size() + 1) + ": " + loaded.error().message;
  }
  [[nodiscard]] std::string path() const { return directory_.path() + "/lab.toml"; }

 private:
  scenario::TemporaryDirectory directory_;
};

TEST_F(LabToml, IsRead) {
  const auto settings = load(
      "lab = \"class-a\"\ndomain = \"mail.example\"\nnetwork = \"198.19.0.0/16\"\nparticipants = 40\nlisten = "
      "\"127.0.0.1\"\nlisten_port_base = "
      "3000\n");
  ASSERT_TRUE(settings.has_value()) << render(settings.error());
  EXPECT_EQ(settings->lab, "class-a");
  EXPECT_EQ(settings->domain, "mail.example");
  EXPECT_EQ(settings->network, "198.19.0.0/16");
  EXPECT_EQ(settings->participants, 40);
  EXPECT_EQ(settings->listen, "127.0.0.1");
  EXPECT_EQ(settings->listen_port_base, 3000);
}

TEST_F(LabToml, WhatIsNotSaidIsTheDefault) {
  const auto settings = load("# nothing\n");
  ASSERT_TRUE(settings.has_value());
  EXPECT_EQ(settings->participants, topology::LabSettings().participants);
  EXPECT_EQ(settings->domain, topology::LabSettings().domain);
}

TEST_F(LabToml, HostsBetweenSenderAndReceiver) {
  const auto settings = load("with = [\"list\", \"forwarder\"]\n");
  ASSERT_TRUE(settings.has_value()) << render(settings.error());
  EXPECT_EQ(settings->with, (std::vector<std::string>{"list", "forwarder"}));
  EXPECT_EQ(complaint("with = [\"list\", \"forwader\"]\n"),
            "1:17: no lab has a host 'forwader' between sender and receiver");
  EXPECT_EQ(complaint("with = [1]\n"), "1:9: 'with' must be a string, not an integer");
}

TEST_F(LabToml, SignedZones) {
  const auto settings = load("dnssec = true\n");
  ASSERT_TRUE(settings.has_value()) << render(settings.error());
  EXPECT_TRUE(settings->dnssec);
  EXPECT_TRUE(topology::make_topology(*settings)->dnssec);
  EXPECT_FALSE(load("participants = 2\n")->dnssec);
  EXPECT_EQ(complaint("dnssec = \"yes\"\n"), "1:10: 'dnssec' must be true or false, not a string");
}

TEST_F(LabToml, KindsOfReceivers) {
  const auto settings =
      load("stack = \"opendmarc\"\n[receivers]\nm002 = { stack = \"rspamd\", profile = \"mailcow\" }\n");
  ASSERT_TRUE(settings.has_value()) << render(settings.error());
  EXPECT_EQ(settings->receiver, (topology::ReceiverKind{"opendmarc", ""}));
  EXPECT_EQ(settings->receivers.at("m002"), (topology::ReceiverKind{"rspamd", "mailcow"}));
  EXPECT_EQ(complaint("stack = \"rspam\"\n"), "1:9: no receiver stack 'rspam'");
  EXPECT_EQ(complaint("profile = \"strict\"\n"), "1:11: no profile of stack rspamd 'strict'");
  EXPECT_EQ(complaint("[receivers]\nm009 = { stack = \"rspamd\" }\n"),
            "2:8: a receiver of 'm009', who does not take part");
  EXPECT_EQ(complaint("[receivers]\nm001 = { stak = \"rspamd\" }\n"), "2:10: unknown key 'stak' in a receiver");
  EXPECT_EQ(complaint("[receivers]\nm001 = \"rspamd\"\n"), "2:8: 'm001' must be a table, not a string");
}

TEST_F(LabToml, FaultsHaveTheirPlace) {
  EXPECT_EQ(complaint("\nparticipant = 3\n"), "2:1: unknown key 'participant' in lab.toml");
  EXPECT_EQ(complaint("participants = \"3\"\n"), "1:16: 'participants' must be an integer, not a string");
  EXPECT_EQ(complaint("participants = 0\n"), "1:16: 'participants' is 0: it must be 1 to 250");
  EXPECT_EQ(complaint("participants = 5000\n"), "1:16: 'participants' is 5000: it must be 1 to 250");
  EXPECT_EQ(complaint("domain = \"no domain\"\n"), "1:10: 'no domain' is no domain name for a lab");
  EXPECT_EQ(complaint("\n\n  lab = \"A B\"\n"), "3:9: 'A B' is no name for a lab");
  EXPECT_EQ(complaint("network = \"192.168.0.0/16\"\n"),
            "1:11: '192.168.0.0/16' is outside the network that labs have their addresses in");
  EXPECT_EQ(complaint("listen = \"all\"\n"), "1:10: 'all' is no IPv4 address to listen on");
  EXPECT_EQ(complaint("listen_port_base = 65500\n"), "1:20: 'listen_port_base' is 65500: it must be 1 to 65285");
  EXPECT_EQ(complaint("domain = \"\"\n"), "1:10: 'domain' is empty");
  EXPECT_TRUE(complaint("participants = \n").starts_with("1:16: ")) << complaint("participants = \n");
}

TEST_F(LabToml, AMissingFileIsBadUsage) {
  const auto settings = load_lab_settings("/nowhere/lab.toml");
  ASSERT_FALSE(settings.has_value());
  EXPECT_EQ(settings.error().kind, ErrorKind::usage);
  EXPECT_EQ(settings.error().where, "/nowhere/lab.toml");
}

}  // namespace
}  // namespace labctl::config
