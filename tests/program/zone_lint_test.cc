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

using program::type;

class ZoneLint : public testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) const {
    const auto path = directory_.path() + "/" + name;
    EXPECT_TRUE(write_file(path, text));
    return path;
  }
  fakes::TemporaryDirectory directory_;
};

constexpr const char* kBad = "$ORIGIN shop.example.\n@ 20 TXT \"v=spf1 +all\"\n";

TEST_F(ZoneLint, TellsEachFindingWithItsPlace) {
  const auto answer = type({"zone", "lint", file("bad.zone", kBad)});
  EXPECT_EQ(answer.exit_status, 1);
  for (const char* text : {"bad.zone:2: error: shop.example. [spf.plus-all]", "'+all' lets everybody send",
                           "-> write -all or ~all (RFC 7208 section 5.1)", "errors: 1, warnings: 0, notices: 0"})
    EXPECT_NE(answer.out.find(text), std::string::npos) << text << "\n" << answer.out;
}

TEST_F(ZoneLint, SpeaksJapanese) {
  const auto answer = type({"--lang", "ja", "zone", "lint", file("bad.zone", kBad)});
  EXPECT_NE(answer.out.find("だれが送っても pass にします"), std::string::npos) << answer.out;
}

TEST_F(ZoneLint, PrintsJsonOfThisForm) {
  const auto answer = type({"zone", "lint", "--json", file("bad.zone", kBad)});
  EXPECT_EQ(answer.exit_status, 1);
  const auto json = Json::parse(answer.out);
  ASSERT_EQ(json["findings"].size(), 1U);
  const auto& finding = json["findings"][0];
  EXPECT_EQ(finding["id"], "spf.plus-all");
  EXPECT_EQ(finding["severity"], "error");
  EXPECT_EQ(finding["line"], 2);
  EXPECT_EQ(finding["owner"], "shop.example.");
  EXPECT_EQ(finding["source"], "RFC 7208 section 5.1");
  for (const char* text : {"message", "advice"})
    for (const char* language : {"ja", "en"}) EXPECT_FALSE(finding[text][language].get<std::string>().empty());
}

TEST_F(ZoneLint, AWarningIsNoFailure) {
  const auto answer = type({"zone", "lint", file("w.zone", "$ORIGIN shop.example.\n@ 20 TXT \"v=spf1 ptr -all\"\n")});
  EXPECT_EQ(answer.exit_status, 0) << answer.out;
  EXPECT_NE(answer.out.find("errors: 0, warnings: 1"), std::string::npos) << answer.out;
}

TEST_F(ZoneLint, AFileThatCannotBeReadIsAFindingAtItsLine) {
  const auto answer = type({"zone", "lint", file("s.zone", "$ORIGIN shop.example.\n@ 20 A 192.0.2\n")});
  EXPECT_EQ(answer.exit_status, 1);
  EXPECT_NE(answer.out.find("s.zone:2: error:"), std::string::npos) << answer.out;
}

TEST_F(ZoneLint, AFileWithoutRecordsAndAZoneWithoutSoaAreErrors) {
  const auto empty = type({"zone", "lint", file("e.zone", "; nothing\n")});
  EXPECT_EQ(empty.exit_status, 1);
  EXPECT_NE(empty.out.find("e.zone: error: [zone.empty]"), std::string::npos) << empty.out;
  const auto headless = type({"zone", "lint", file("h.zone", "$ORIGIN shop.example.\n@ NS ns\nns A 192.0.2.53\n")});
  EXPECT_EQ(headless.exit_status, 1);
  EXPECT_NE(headless.out.find("h.zone:2: error: shop.example. [zone.no-soa]"), std::string::npos) << headless.out;
  const auto dumped =
      type({"zone", "lint", file("d.zone", "shop.example. NS ns.shop.example.\nns.shop.example. A 192.0.2.53\n")});
  EXPECT_NE(dumped.out.find("d.zone:1: error: shop.example. [zone.no-soa]"), std::string::npos) << dumped.out;
  const auto nameless = type({"zone", "lint", file("n.zone", "$ORIGIN shop.example.\n@ SOA ns h 1 1 1 1 1\n")});
  EXPECT_EQ(nameless.exit_status, 0);
  EXPECT_NE(nameless.out.find("n.zone:2: warning: shop.example. [zone.no-ns]"), std::string::npos) << nameless.out;
}

TEST_F(ZoneLint, StandardInputIsAFileToo) {
  const auto answer = type({"zone", "lint", "-"}, kBad);
  EXPECT_EQ(answer.exit_status, 1) << answer.err;
  EXPECT_NE(answer.out.find("-:2: error: shop.example. [spf.plus-all]"), std::string::npos) << answer.out;
}

TEST_F(ZoneLint, FilesAreLookedAtTogether) {
  const auto a = file("a.zone", "$ORIGIN a.example.\n@ 20 TXT \"v=spf1 include:b.example -all\"\n");
  const auto empty = file("b.zone", "$ORIGIN b.example.\n@ 20 TXT \"x\"\n");
  EXPECT_EQ(type({"zone", "lint", a}).exit_status, 0);
  EXPECT_EQ(type({"zone", "lint", a, empty}).exit_status, 1);
}

TEST_F(ZoneLint, BadInputIsExitTwo) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"zone", "lint"}, {"zone", "lint", "none.zone"}, {"zone", "lint", directory_.path()}}) {
    const auto answer = type(arguments);
    EXPECT_EQ(answer.exit_status, 2) << join(arguments, " ") << answer.err;
    EXPECT_EQ(answer.out, "");
  }
}

}  // namespace
}  // namespace labctl::cli
