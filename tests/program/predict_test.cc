#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "labctl/base/file.h"
#include "labctl/base/json.h"
#include "labctl/base/text.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/program/typed.h"

namespace labctl::cli {
namespace {

constexpr const char* kZone =
    "$ORIGIN shop.example.\n@ SOA ns hostmaster 1 1 1 1 1\n@ NS ns\n@ TXT \"v=spf1 a:out.shop.example -all\"\n"
    "out A 192.0.2.1\n_dmarc TXT \"v=DMARC1; p=reject\"\n";

class Predict : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(write_file(zone_, kZone)); }
  ProcessResult type(std::vector<std::string> more, bool with_zone = true) const {
    std::vector<std::string> arguments{"predict"};
    if (with_zone) arguments.insert(arguments.end(), {"--zone", zone_});
    arguments.insert(arguments.end(), more.begin(), more.end());
    return program::type(std::move(arguments));
  }
  fakes::TemporaryDirectory directory_;
  std::string zone_ = directory_.path() + "/shop.example.zone";
};

TEST_F(Predict, PrintsJsonOfThisForm) {
  const auto answer = type({"--client-ip", "192.0.2.9", "--helo", "h.example", "--mail-from", "u@shop.example",
                            "--dkim", "d=shop.example,result=fail", "--json"});
  EXPECT_EQ(answer.exit_status, 0) << answer.err;
  auto json = Json::parse(answer.out);
  const auto steps = json["steps"];
  ASSERT_FALSE(steps.empty());
  for (const auto& step : steps)
    EXPECT_TRUE(step.size() == 4 && step.contains("part") && step.contains("depth") && step.contains("text") &&
                step.contains("source"));
  json.erase("steps");
  const auto dmarc =
      Json{{"result", "fail"}, {"policy", "reject"}, {"domain", "shop.example"}, {"disposition", "reject"}};
  EXPECT_EQ(json, (Json{{"spf", {{"result", "fail"}, {"domain", "shop.example"}, {"lookups", 1}}},
                        {"dkim", Json::array({{{"d", "shop.example"}, {"result", "fail"}}})},
                        {"dmarc", {{"7489", dmarc}, {"9989", dmarc}}}}))
      << json.dump(1);
}

TEST_F(Predict, OneRfcAlone) {
  const auto answer = type(
      {"--client-ip", "192.0.2.1", "--helo", "h.example", "--mail-from", "u@shop.example", "--rfc", "9989", "--json"});
  const auto json = Json::parse(answer.out);
  EXPECT_FALSE(json["dmarc"].contains("7489"));
  EXPECT_EQ(json["dmarc"]["9989"]["result"], "pass");
}

TEST_F(Predict, TellsAPersonStepByStep) {
  const auto answer = type({"--client-ip", "192.0.2.9", "--helo", "h.example", "--mail-from", "u@shop.example"});
  for (const char* line :
       {"MAIL FROM <u@shop.example>", "out.shop.example is 192.0.2.1, not the client", "spf=fail (shop.example)",
        "dmarc=fail by RFC 7489, disposition reject", "note: h.example is in none of the zones given"})
    EXPECT_NE(answer.out.find(line), std::string::npos) << line << "\n" << answer.out;
}

TEST_F(Predict, SeveralZonesAreOneWorld) {
  const auto other = directory_.path() + "/other.example.zone";
  ASSERT_TRUE(write_file(other, "@ 1 TXT \"v=spf1 include:shop.example -all\"\n"));
  const auto answer = type(
      {"--zone", other, "--client-ip", "192.0.2.1", "--helo", "h.example", "--mail-from", "u@other.example", "--json"});
  EXPECT_EQ(Json::parse(answer.out)["spf"]["result"], "pass") << answer.out;
}

TEST_F(Predict, BadInputIsExitTwo) {
  struct Case {
    std::vector<std::string> arguments;
    bool with_zone;
    std::string_view says;
  };
  const std::vector<std::string> good{"--client-ip", "192.0.2.1",   "--helo",
                                      "h.example",   "--mail-from", "u@shop.example"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), good.begin(), good.end());
    return more;
  };
  const auto bad_zone = directory_.path() + "/bad.zone";
  ASSERT_TRUE(write_file(bad_zone, "$ORIGIN bad.example.\n@ A 1.2.3\n"));
  const std::vector<Case> cases{
      {{"--helo", "h", "--mail-from", "a@b.example"}, true, "--client-ip is required"},
      {{"--client-ip", "1.2.3", "--helo", "h", "--mail-from", "a@b.example"}, true, "'1.2.3' is no IP address"},
      {{"--client-ip", "1.2.3.4", "--helo", "h", "--mail-from", "a"}, true, "--mail-from 'a' is no mail address"},
      {{"--client-ip", "1.2.3.4", "--helo", "h", "--mail-from", "<>"}, true, "give --from too"},
      {good, false, "--resolver ADDRESS, or --zone FILE"},
      {with({"--from", "b@"}), true, "--from 'b@' is no mail address"},
      {with({"--dkim", "shop.example"}), true, "--dkim d=example.com,result=pass"},
      {with({"--rfc", "822"}), true, "--rfc"},
      {with({"--resolver", "192.0.2.53"}), true, "excludes"},
      {with({"--resolver", "ns.example"}), false, "is no IPv4 address of a name server"},
      {with({"--resolver", "127.0.0.1:0"}), false, "is no IPv4 address of a name server"},
      {with({"--zone", directory_.path() + "/none.zone"}), true, "none.zone"},
      {with({"--zone", bad_zone}), true, "bad.zone:2: "},
  };
  for (const auto& test : cases) {
    const auto answer = type(test.arguments, test.with_zone);
    EXPECT_EQ(answer.exit_status, 2) << join(test.arguments, " ") << answer.err;
    EXPECT_EQ(answer.out, "") << join(test.arguments, " ");
    EXPECT_NE(answer.err.find(test.says), std::string::npos) << test.says << "\n" << answer.err;
  }
}

TEST_F(Predict, AZoneFileWithoutRecordsIsRefused) {
  const auto empty = directory_.path() + "/empty.example.zone";
  ASSERT_TRUE(write_file(empty, "; nothing\n"));
  const auto answer =
      type({"--client-ip", "192.0.2.1", "--helo", "h.example", "--mail-from", "u@shop.example", "--zone", empty});
  EXPECT_EQ(answer.exit_status, 2) << answer.out;
  EXPECT_NE(answer.err.find("holds no record of empty.example."), std::string::npos) << answer.err;
}

TEST_F(Predict, ANameServerThatIsNotThereIsExitThree) {
  const auto answer = type(
      {"--client-ip", "192.0.2.1", "--helo", "h.example", "--mail-from", "u@shop.example", "--resolver", "127.0.0.1:1"},
      false);
  EXPECT_EQ(answer.exit_status, 3) << answer.out;
  EXPECT_EQ(answer.out, "");
}

}  // namespace
}  // namespace labctl::cli
