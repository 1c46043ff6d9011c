#include <fmt/format.h>

#include <vector>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "tests/fakes/paths.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

/// A command line that is wrong, and what must be said about it.
struct Wrong {
  std::vector<std::string> arguments;
  std::vector<std::string> said;
};

/// Exit 2, everything said on standard error, nothing on standard output, no lab of that name made.
void expect_refused(const Wrong& wrong) {
  const auto result = labctl(wrong.arguments, Milliseconds{60'000}, {{"LABCTL_LAB", ""}});
  const auto line = join(wrong.arguments, " ");
  EXPECT_EQ(result.exit_status, 2) << line << "\n" << result.err;
  EXPECT_EQ(result.out, "") << line;
  for (const auto& text : wrong.said) EXPECT_NE(result.err.find(text), std::string::npos) << line << "\n" << result.err;
  EXPECT_LE(lines_of(result.err).size(), 3U) << line << "\n" << result.err;
}

TEST(BadInput, ACommandLineIsRefusedWithASuggestion) {
  const std::vector<Wrong> cases{
      {{"stauts"}, {"'stauts' is no verb of labctl", "did you mean 'labctl status'?"}},
      {{"zone", "sohw"}, {"'sohw' is no verb of labctl zone", "did you mean 'labctl zone show'?"}},
      {{"run", "--particpant", "m001"}, {"--particpant", "did you mean 'labctl run --participant'?"}},
      {{"--lab", "bad-input", "up", "-n", "0"}, {"0 participants: a lab takes 1 to 250"}},
      {{"--lab", "bad-input", "up", "-n", "5000"}, {"5000 participants: a lab takes 1 to 250"}},
      {{"--lab", "bad-input", "up", "--domain", "nodot"}, {"'nodot' is no domain name"}},
      {{"--lab", "bad-input", "up", "--domain", "a..b"}, {"'a..b' is no domain name"}},
      {{"--lab", "bad-input", "up", "--listen", "300.1.1.1"}, {"'300.1.1.1' is no IPv4 address to listen on"}},
      {{"--lab", "bad-input", "up", "--listen", "127.0.0.1", "--listen-port-base", "65500"}, {"it must be 1 to 65285"}},
      {{"--lab", "A/../b", "up"}, {"'A/../b' is no name for a lab"}},
      {{"--lab", "A/../b", "down"}, {"'A/../b' is no name for a lab"}},
      {{"--lab", "../b", "status"}, {"'../b' is no name for a lab"}},
      {{"run", "hands-onn"}, {"there is no scenario 'hands-onn'", "did you mean 'hands-on'?"}},
      {{"run", "hands-on/4-dmrc"}, {"did you mean 'hands-on/4-dmarc'?"}},
      {{"run", test_path("corpus/scenario-bad/no-step.toml")}, {"no-step.toml:1:1: scenario has no 'step'"}},
      {{"scenario", "check", test_path("corpus/scenario-bad/syntax-error.toml")}, {"syntax-error.toml:2:9: "}},
      {{"doctor", "-n", "5000"}, {"5000 participants"}},
      {{"grade", "/nowhere"}, {"/nowhere/run.json"}},
  };
  for (const auto& wrong : cases) expect_refused(wrong);
}

TEST(BadInput, ALabFileIsRefusedAtItsPlace) {
  const fakes::TemporaryDirectory directory;
  const std::string file = directory.path() + "/lab.toml";
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases{
      {"participants = = 3\n", {":1:16: "}},
      {"\nparticpants = 3\n", {":2:1: unknown key 'particpants' in lab.toml", "did you mean 'participants'?"}},
      {"participants = 0\n", {":1:16: 'participants' is 0: it must be 1 to 250"}},
      {"participants = 5000\n", {":1:16: 'participants' is 5000"}},
      {"participants = \"3\"\n", {":1:16: 'participants' must be an integer, not a string"}},
      {"domain = \"no domain\"\n", {":1:10: 'no domain' is no domain name"}},
      {"listen = \"all\"\n", {":1:10: 'all' is no IPv4 address to listen on"}},
      {"network = \"10.0.0.0/30\"\n",
       {":1:11: '10.0.0.0/30' is outside the network", "198.18.0.0/16 or 198.19.0.0/16"}},
  };
  for (const auto& [text, said] : cases) {
    ASSERT_TRUE(write_file(file, text).has_value());
    Wrong wrong{{"--file", file, "--lab", "bad-input", "up"}, said};
    wrong.said.push_back(file + said.front());
    expect_refused(wrong);
  }
  expect_refused({{"--file", directory.path() + "/none.toml", "up"}, {"none.toml: can't read the file"}});
  // One that is there and can't be read is not passed over: a directory, since nothing is unreadable to root.
  expect_refused({{"--file", directory.path(), "up"}, {directory.path() + ": can't read the file"}});
  EXPECT_EQ(leftovers("bad-input"), std::vector<std::string>{});
}

TEST(BadInput, AVerbWithoutItsLabSaysSoInJsonToo) {
  const auto text = labctl({"--lab", "no-such-lab", "run"});
  EXPECT_EQ(text.exit_status, 3);
  EXPECT_NE(text.err.find("lab 'no-such-lab' is not up"), std::string::npos) << text.err;
  EXPECT_EQ(text.out, "");
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"status", "--json"}, {"zone", "show", "x", "--json"}, {"run", "--json", "-"}}) {
    auto line = arguments;
    line.insert(line.begin(), {"--lab", "no-such-lab"});
    const auto result = labctl(line);
    EXPECT_EQ(result.exit_status, 3) << join(line, " ");
    const auto json = Json::parse(result.out, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << join(line, " ") << result.out;
    EXPECT_EQ(json.at("error").at("kind"), "lab");
    EXPECT_EQ(json.at("error").at("message"), "lab 'no-such-lab' is not up");
  }
}

TEST(BadInput, ALabStaysAsItWas) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("bad-input", 1);
  const auto in_lab = [&](std::vector<std::string> arguments, std::vector<std::string> said) {
    arguments.insert(arguments.begin(), {"--lab", lab.name()});
    expect_refused({std::move(arguments), std::move(said)});
  };
  const std::string zone = "m001.mail.nic.example";
  const auto before = lab({"zone", "show", zone}).out;
  in_lab({"zone", "set", zone, "www 20 A 300.1.1.1"}, {"the data of the A record can't be read: '300.1.1.1'"});
  in_lab({"zone", "set", zone, "www 20 CNAM x"}, {"'CNAM' is no record type"});
  in_lab({"zone", "set", zone, "@ 20 CNAME x.example."}, {"receiver.m001: knot: Knot refuses", "can't be an alias",
                                                          "write A or AAAA records", "the zone stays as it was"});
  in_lab({"zone", "set", zone, "", "20", "TXT", "\"x\""}, {"begins with a blank, and so has no owner"});
  in_lab({"zone", "unset", zone, "@", "TXTT"}, {"'TXTT' is no record type"});
  in_lab({"zone", "undo", zone, "0"}, {"number", "0"});
  in_lab({"zone", "set", zone, "www.other.example. 20 A 198.18.1.11"}, {"name does not belong to the zone"});
  in_lab({"zone", "unset", zone, "@", "SOA"}, {"the SOA record stays"});
  in_lab({"zone", "show", "m01.mail.nic.example"}, {"did you mean m001.mail.nic.example?"});
  EXPECT_EQ(lab({"zone", "show", zone}).out, before);

  const std::string user = "user-a@" + zone;
  in_lab({"send", "--to", "user-a@example.com"}, {"outside the lab"});
  in_lab({"send", "--to", "user-a"}, {"'user-a' is no mail address"});
  in_lab({"send", "--to", "user-z@" + zone}, {"no mailbox", "did you mean user-a@m001.mail.nic.example?"});
  in_lab({"send", "--to", user, "--sample", "spofed"}, {"did you mean 'spoofed'?"});
  in_lab({"send", "--to", user, "--from-host", "rogue"}, {"no host 'rogue'", "did you mean rogue-mailer?"});
  in_lab({"inbox", user, "--folder", "Jnuk"}, {"no folder 'Jnuk'", "did you mean Junk?"});
  const auto inbox = lab({"inbox", user}).out;
  EXPECT_NE(inbox.find("INBOX      0 messages"), std::string::npos) << inbox;

  in_lab({"exec", "receiver.m01", "--", "true"}, {"did you mean receiver.m001?"});
  in_lab({"logs", "receiver.m001", "knott"}, {"receiver.m001: there is no unit 'knott'", "did you mean knot?"});
  in_lab({"reset", "-p", "m01"}, {"did you mean m001?"});
  in_lab({"check", "-p", "m002"}, {"no participant 'm002'"});
  in_lab({"open", "2-11"}, {"did you mean '2-1'?"});
  in_lab({"up", "-n", "2"}, {"is up with other settings"});
  const auto status = lab({"status"});
  EXPECT_EQ(status.exit_status, 0) << status.out << status.err;
}

TEST(BadInput, AReaderThatWentAwayIsNoTrouble) {
  // The pipe closes before labctl has written all of its help.
  const auto result =
      run_process({.argv = {"bash", "-c", "set -o pipefail; \"$0\" scenario reference | head -c 1", labctl_binary()}});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->exit_status, 0) << result->err;
  // Also where most of it went before the last write.
  for (const char* much : {"list", "reference"}) {
    const auto full = run_process({.argv = {"sh", "-c", "\"$0\" scenario \"$1\" > /dev/full", labctl_binary(), much}});
    ASSERT_TRUE(full.has_value());
    EXPECT_EQ(full->exit_status, 3) << much;
    EXPECT_NE(full->err.find("No space left on device"), std::string::npos) << full->err;
  }
}

}  // namespace
}  // namespace labctl::live
