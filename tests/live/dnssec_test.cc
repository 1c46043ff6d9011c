#include <memory>

#include "labctl/base/text.h"
#include "tests/live/live_lab.h"

// Signed zones, from the lab's root down, and a resolver that validates.
namespace labctl::live {
namespace {

const std::string kSignedZone = "m001.mail.nic.example";

class Dnssec : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (machine_is_able()) lab_ = std::make_unique<LiveLab>("dnssec", 1, std::vector<std::string>{"--dnssec"});
  }
  static void TearDownTestSuite() { lab_.reset(); }
  void SetUp() override {
    LABCTL_LIVE_OR_SKIP();
    ASSERT_NE(lab_, nullptr);
  }

  /// What the resolver answers a validating client.
  static std::string dig(const std::string& question) {
    std::vector<std::string> arguments{"exec", "sender.m001", "--", "dig", "+dnssec"};
    for (const auto& word : split(question, ' ')) arguments.push_back(word);
    return (*lab_)(arguments).out;
  }
  /// RFC 4035 section 3.2.3: the resolver has validated the answer.
  static bool is_authentic(const std::string& answer) {
    for (const auto& line : lines_of(answer))
      if (line.starts_with(";; flags:")) return line.substr(0, line.find(';', 2)).find(" ad") != std::string::npos;
    return false;
  }
  static std::string type(std::vector<std::string> arguments, int status = 0) {
    const auto result = (*lab_)(std::move(arguments));
    EXPECT_EQ(result.exit_status, status) << result.out << result.err;
    return result.out + result.err;
  }

  static std::unique_ptr<LiveLab> lab_;
};
std::unique_ptr<LiveLab> Dnssec::lab_;

TEST_F(Dnssec, EveryZoneIsSignedFromTheRootDown) {
  for (const auto* question : {". NS", "example NS", "mail.nic.example NS", "m001.mail.nic.example MX",
                               "11.1.18.198.in-addr.arpa PTR", "no-such-name.m001.mail.nic.example A"}) {
    const auto answer = dig(question);
    EXPECT_TRUE(is_authentic(answer)) << answer;
    EXPECT_NE(answer.find("RRSIG"), std::string::npos) << answer;
  }
}

TEST_F(Dnssec, AnEditIsSignedToo) {
  type({"zone", "set", kSignedZone, "edited 20 TXT \"once\""});
  EXPECT_TRUE(is_authentic(dig("edited." + kSignedZone + " TXT")));
  const auto shown = type({"zone", "show", kSignedZone});
  EXPECT_NE(shown.find("edited"), std::string::npos);
  for (const auto* made : {"RRSIG", "NSEC", "DNSKEY"}) EXPECT_EQ(shown.find(made), std::string::npos) << shown;
  type({"zone", "undo", kSignedZone});
  const auto gone = dig("edited." + kSignedZone + " TXT");
  EXPECT_NE(gone.find("NXDOMAIN"), std::string::npos) << gone;
  EXPECT_TRUE(is_authentic(gone)) << gone;
}

// As the handout has it, with vi.
TEST_F(Dnssec, AnEditByHandIsSignedToo) {
  lab_->on("receiver.m001", R"(set -e
zone=m001.mail.nic.example file=/var/lib/knot/$zone.zone
knotc zone-freeze $zone
while ! knotc zone-status $zone +freeze | grep -q yes; do :; done
serial=$(awk '$3 == "SOA" { print $6 }' $file)
sed -i "s/$serial/$((serial + 1))/; /MX/a byhand 20 TXT \"mine\"" $file
knotc zone-thaw $zone
knotc -b zone-reload $zone)");
  EXPECT_TRUE(is_authentic(dig("byhand." + kSignedZone + " TXT")));
  type({"zone", "set", kSignedZone, "edited 20 TXT \"twice\""});
  EXPECT_NE(type({"zone", "show", kSignedZone}).find("byhand"), std::string::npos);
  EXPECT_EQ(type({"zone", "repair", kSignedZone}).find("SIGKILL"), std::string::npos);
}

TEST_F(Dnssec, WhatKnotMakesIsNotEdited) {
  const auto refused = type({"zone", "set", kSignedZone, "x 20 NSEC a. A"}, 2);
  EXPECT_NE(refused.find("is made by knotd"), std::string::npos) << refused;
}

// The zone above keeps what it says of the participant's key.
TEST_F(Dnssec, AResetKeepsTheKey) {
  type({"reset", "-p", "m001"});
  EXPECT_TRUE(is_authentic(dig(kSignedZone + " MX")));
}

TEST_F(Dnssec, ASignatureThatDoesNotHoldIsATemporaryError) {
  const auto verdicts = outcomes(lab_->run({"lessons/10-dnssec", "-p", "m001"}));
  EXPECT_GT(verdicts.size(), 10U);
  for (const auto& [step, outcome] : verdicts) EXPECT_EQ(outcome, "pass") << step;
}

}  // namespace
}  // namespace labctl::live
