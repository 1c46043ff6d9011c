// Forwarders and the list manager between sender and receiver.
#include <algorithm>

#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

std::vector<std::string> hosts_of(const Json& up) {
  std::vector<std::string> names;
  for (const auto& host : up.at("hosts")) names.push_back(host.at("host").get<std::string>());
  return names;
}

bool has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

Json up_again(const LiveLab& lab, std::vector<std::string> more = {}) {
  more.insert(more.begin(), {"up", "--json"});
  const auto shown = lab(std::move(more));
  EXPECT_EQ(shown.exit_status, 0) << shown.err;
  return Json::parse(shown.out, nullptr, false);
}

// The hosts come when a lesson needs them, and not before; the others are not touched.
TEST(Indirect, TheChapterHoldsAndBringsItsHosts) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("indirect", 2);
  EXPECT_FALSE(has(hosts_of(up_again(lab)), "forwarder"));
  lab.on("receiver.m001", "touch /root/somebodys-work");
  const auto run = outcomes(lab.run({"lessons/5-indirect", "--spread"}));
  EXPECT_GE(run.size(), 56U);
  for (const auto& [step, outcome] : run) EXPECT_EQ(outcome, "pass") << step;
  const auto hosts = hosts_of(up_again(lab));
  for (const char* name : {"forwarder", "srs-forwarder", "arc-forwarder", "unknown-sealer", "list"})
    EXPECT_TRUE(has(hosts, name)) << name;
  lab.on("receiver.m001", "test -e /root/somebodys-work");

  const auto swept = lab({"--quiet", "scenario", "sweep", "lessons/5-indirect"});
  EXPECT_EQ(swept.exit_status, 0) << swept.out << swept.err;
}

TEST(Indirect, TheChapterHoldsOnOpenDmarcToo) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("indirect-o", 2, {"--stack", "opendmarc"});
  for (const auto& [step, outcome] : outcomes(lab.run({"lessons/5-indirect", "--spread"})))
    EXPECT_EQ(outcome, "pass") << step;
}

TEST(Indirect, WherePointsDecideATrustedSealSaves) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("indirect-m", 1, {"--profile", "mailcow"});
  for (const auto& [step, outcome] : outcomes(lab.run({"receivers/3-arc"}))) EXPECT_EQ(outcome, "pass") << step;
}

TEST(Indirect, AnInstructorsMessageGoesThroughTheForwarder) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("indirect-s", 1, {"--with", "forwarder"});
  const std::string mailbox = "user-b@m001.mail.nic.example";
  const auto unsaid = lab({"send", "--to", "m001@forward.example"});
  EXPECT_EQ(unsaid.exit_status, 2);
  EXPECT_NE(unsaid.err.find("--reaches user-b@m001.mail.nic.example"), std::string::npos) << unsaid.err;
  const auto sent = lab({"send", "--to", "m001@forward.example", "--reaches", mailbox, "--from-host", "sender.m001"});
  EXPECT_EQ(sent.exit_status, 0) << sent.err;
  EXPECT_NE(sent.out.find("stored in INBOX"), std::string::npos) << sent.out;
  const auto unknown = lab({"send", "--to", "nobody@forward.example", "--reaches", mailbox});
  EXPECT_NE(unknown.out.find("first server, which answered: 550"), std::string::npos) << unknown.out;
}

// By hand: what is missing is told with what brings it, and a message on its way through the forwarder is recognized.
TEST(Indirect, AMessageByHandIsRecognizedBehindTheForwarder) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("indirect-h", 1);
  const std::string lesson = "lessons/5-indirect/forwarding/plain-unsigned-reject";
  const auto early = lab({"check", "--course", lesson, "-p", "m001"});
  EXPECT_EQ(early.exit_status, 2) << early.out;
  EXPECT_NE(early.err.find("up --with forwarder"), std::string::npos) << early.err;

  EXPECT_TRUE(has(hosts_of(up_again(lab, {"--with", "forwarder"})), "forwarder"));
  EXPECT_EQ(lab({"open", "--course", lesson, "-p", "m001", "forwarding-plain-unsigned-reject-zone"}).exit_status, 0);
  EXPECT_EQ(lab({"zone", "set", "m001.mail.nic.example", "@ 20 TXT \"v=spf1 ip4:198.18.1.12 -all\""}).exit_status, 0);
  EXPECT_EQ(lab({"zone", "set", "m001.mail.nic.example", "_dmarc 20 TXT \"v=DMARC1; p=reject\""}).exit_status, 0);
  EXPECT_EQ(lab({"open", "--course", lesson, "-p", "m001", "forwarding-plain-unsigned-reject"}).exit_status, 0);
  const auto undone =
      lab({"check", "--course", lesson, "-p", "m001", "forwarding-plain-unsigned-reject", "--json", "-"});
  EXPECT_NE(undone.out.find("\"skip\""), std::string::npos) << undone.out << undone.err;
  lab.on("sender.m001",
         "swaks --server mx.forward.example --from user-a@m001.mail.nic.example --to m001@forward.example");
  const auto done = lab({"check", "--course", lesson, "-p", "m001", "forwarding-plain-unsigned-reject", "--json", "-"});
  EXPECT_EQ(done.exit_status, 0) << done.out << done.err;
}

// The forwarder's own trouble is an error that names it, and never the lesson's fail.
TEST(Indirect, AForwarderThatIsDownIsTheLabsTrouble) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("indirect-d", 1, {"--with", "forwarder"});
  lab.on("forwarder", "systemctl stop postfix@-.service");
  const auto run = lab.run({"lessons/5-indirect/forwarding/plain-signed", "-p", "m001"});
  EXPECT_EQ(run.at("outcome"), "error");
  EXPECT_NE(run.dump().find("forwarder: postfix"), std::string::npos) << run.dump();
}

}  // namespace
}  // namespace labctl::live
