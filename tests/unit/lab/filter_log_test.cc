#include "labctl/lab/filter_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "tests/fakes/paths.h"

namespace labctl::lab {
namespace {

class FilterLog : public testing::Test {
 protected:
  void SetUp() override {
    const auto text = read_file(test_path("corpus/filter_log/verdicts.log"));
    ASSERT_TRUE(text);
    log_ = *text;
  }
  std::string log_;
};

TEST_F(FilterLog, FindsAVerdictByQueueIdAndClient) {
  const auto verdict = filter_verdict_of(log_, "73AC171", "198.18.0.251");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->action, "no action");
  EXPECT_EQ(verdict->smtp_from, "user-a@m001.mail.nic.example");
  EXPECT_EQ(verdict->mime_from, "user-a@m001.mail.nic.example");
  EXPECT_FALSE(filter_verdict_of(log_, "73AC171", "198.18.0.9")) << "another receiver's message of that queue ID";
  EXPECT_FALSE(filter_verdict_of(log_, "73AC1", "198.18.0.251"));
}

TEST_F(FilterLog, KeepsWhatWasSaidUnderTheTag) {
  const auto verdict = filter_verdict_of(log_, "73AC171", "198.18.0.251");
  ASSERT_TRUE(verdict);
  const auto lines = filter_lines_of(log_, *verdict);
  EXPECT_GT(lines.size(), 5U);
  EXPECT_EQ(lines.back(), verdict->raw);
  for (const auto& line : lines) EXPECT_NE(line.find("<" + verdict->tag + ">"), std::string::npos);
}

TEST_F(FilterLog, ReadsEveryAction) {
  std::vector<std::string> actions;
  for (const auto& line : lines_of(log_))
    if (const auto verdict = parse_filter_verdict(line)) actions.push_back(verdict->action);
  EXPECT_EQ(actions, (std::vector<std::string>{"no action", "add header", "reject"}));
}

TEST(FilterVerdict, FieldsWithoutAValueAreMissing) {
  // A null sender has no from.
  const auto verdict = parse_filter_verdict(
      "2026-11-25 18:36:18 #31(rspamd_proxy) <5f0d3a>; proxy; rspamd_task_write_log: id: <a@b>, qid: <ABCDEF1>, ip: "
      "198.18.0.1, "
      "mime_from: <c@d>, (default: F (no action): [1.00/15.00] []), len: 1");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->smtp_from, "");
  EXPECT_EQ(verdict->mime_from, "c@d");
  EXPECT_FALSE(parse_filter_verdict("garbage"));
  EXPECT_FALSE(parse_filter_verdict(""));
}

}  // namespace
}  // namespace labctl::lab
