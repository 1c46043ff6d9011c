#include <gtest/gtest.h>

#include <string>

#include "labctl/base/file.h"
#include "labctl/base/json.h"
#include "labctl/base/text.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/program/typed.h"

namespace labctl::cli {
namespace {

ProcessResult parse(const std::string& input, std::vector<std::string> arguments = {}) {
  arguments.insert(arguments.begin(), {"authres", "parse"});
  return program::type(std::move(arguments), input);
}

constexpr const char* kMessage =
    "Received: from a by b.example with ESMTP; x\r\n"
    "ARC-Authentication-Results: i=2; c.example; arc=pass\r\n"
    "Authentication-Results: b.example (head) 1;\r\n"
    "\tdkim/1=fail reason=\"bad; signature\" (c1) header.d=a.example (c2) header.s=s1;\r\n"
    "\tdmarc=fail action=none\r\n"
    "Authentication-Results: d.example; none\r\n"
    "\r\n"
    "Authentication-Results: e.example; spf=pass\r\n";

TEST(AuthresParse, JsonIsExactlyThis) {
  const auto answer = parse(kMessage, {"--json"});
  ASSERT_EQ(answer.exit_status, 0) << answer.err;
  const Json expected = Json::parse(R"([
    {"authserv_id": "b.example", "version": "1",
     "results": [
       {"method": "dkim", "version": "1", "result": "fail", "reason": "bad; signature",
        "properties": [{"ptype": "header", "property": "d", "value": "a.example"},
                       {"ptype": "header", "property": "s", "value": "s1"}],
        "comments": ["head", "c1", "c2"]},
       {"method": "dmarc", "version": "", "result": "fail", "reason": "",
        "properties": [{"ptype": "", "property": "action", "value": "none"}], "comments": []}],
     "defects": [{"position": 112, "what": "expected ptype.property=value", "text": "action=none"}]},
    {"authserv_id": "d.example", "version": "", "results": [], "defects": []}])");
  EXPECT_EQ(Json::parse(answer.out).dump(1), expected.dump(1));
}

TEST(AuthresParse, TextIsAligned) {
  const auto answer = parse(kMessage);
  ASSERT_EQ(answer.exit_status, 0) << answer.err;
  EXPECT_EQ(answer.out,
            "b.example version 1 (head)\n"
            "  dkim/1 fail reason=bad; signature (c1) header.d=a.example (c2) header.s=s1\n"
            "  dmarc  fail action=none\n"
            "  ! octet 112: expected ptype.property=value: action=none\n"
            "\n"
            "d.example\n"
            "  none: nothing was authenticated\n");
}

TEST(AuthresParse, ArcOnDemandOrAlone) {
  const auto all = Json::parse(parse(kMessage, {"--json", "--arc"}).out);
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[2]["instance"], 2);
  EXPECT_EQ(all[2]["authserv_id"], "c.example");
  EXPECT_FALSE(all[0].contains("instance"));
  EXPECT_EQ(Json::parse(parse("i=1; a; spf=pass", {"--json"}).out)[0]["instance"], 1);
  EXPECT_EQ(parse("ARC-Authentication-Results: i=1; a; none").out, "ARC i=1 a\n  none: nothing was authenticated\n");
  EXPECT_EQ(parse("Subject: x\nARC-Authentication-Results: i=1; a; none\n\n").out,
            "no Authentication-Results among 2 header fields; --arc reads 1 of ARC\n");
}

TEST(AuthresParse, AFileAndABareBody) {
  const fakes::TemporaryDirectory directory;
  const auto file = directory.path() + "/a.txt";
  ASSERT_TRUE(write_file(file, "a.example; spf=pass\n"));
  EXPECT_EQ(parse("", {file}).out, "a.example\n  spf pass\n");
  EXPECT_EQ(parse("a.example; spf=pass", {"-"}).out, "a.example\n  spf pass\n");
}

TEST(AuthresParse, AMessageWithoutTheFieldIsAnEmptyList) {
  EXPECT_EQ(parse("Subject: x\n\n", {"--json"}).out, "[]\n");
  const auto answer = parse("Subject: x\n\n");
  EXPECT_EQ(answer.exit_status, 0);
  EXPECT_EQ(answer.out, "no Authentication-Results among 1 header fields\n");
}

TEST(AuthresParse, WhatCannotBeReadIsSaidClearly) {
  struct Case {
    std::string input;
    std::vector<std::string> arguments;
    const char* says;
  };
  for (const auto& [input, arguments, says] : {
           Case{"", {}, "labctl: standard input: there is nothing to read\n"},
           Case{" \n", {"-"}, "there is nothing to read"},
           Case{std::string("\x1f\x8b\x08\0\0", 5), {}, "standard input: this is no text: octet 3 is NUL"},
           Case{"", {"/no/such/file"}, "/no/such/file: can't read the file: No such file or directory"},
           Case{"", {"/"}, "can't read the file: Is a directory"},
       }) {
    const auto answer = parse(input, arguments);
    EXPECT_EQ(answer.exit_status, 2) << says;
    EXPECT_EQ(answer.out, "");
    EXPECT_NE(answer.err.find(says), std::string::npos) << answer.err;
  }
  EXPECT_EQ(Json::parse(parse("", {"--json"}).out)["error"]["kind"], "usage");
}

TEST(AuthresParse, AHostileFieldIsShownInPartAndWithoutControlCharacters) {
  const auto answer = parse("a; spf=pass smtp.helo=\"\x1b[31m\" (" + std::string(5000, 'x') + ")");
  EXPECT_EQ(answer.exit_status, 0);
  EXPECT_EQ(answer.out.find('\x1b'), std::string::npos);
  EXPECT_NE(answer.out.find("... (5000 octets)"), std::string::npos);
  EXPECT_LT(answer.out.size(), 1000U);
  const auto huge = parse("a; spf=pass\n" + std::string(10'000'000, ' ') + "x", {"--json"});
  EXPECT_EQ(huge.exit_status, 0);
  const auto field = Json::parse(huge.out)[0];
  EXPECT_EQ(field["results"].size(), 1U);
  EXPECT_EQ(field["defects"][0]["what"], "the field is too long");
}

}  // namespace
}  // namespace labctl::cli
