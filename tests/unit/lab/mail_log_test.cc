#include "labctl/lab/mail_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/lab/mail_trail.h"
#include "tests/fakes/paths.h"

namespace labctl::lab {
namespace {
namespace fs = std::filesystem;

std::string told(const mail::SmtpReply& reply) {
  return fmt::format("{} {} {}", reply.code, reply.enhanced_code, reply.text);
}

std::string told(const MailTrail& trail) {
  std::string text =
      fmt::format("queue_id={} client={}[{}] message_id={} from={} to={}{}\n", trail.queue_id, trail.client.name,
                  trail.client.address, trail.message_id, trail.mail_from.value_or("?"), join(trail.rcpt_to, ","),
                  trail.removed ? " removed" : "");
  for (const auto& delivery : trail.deliveries) {
    const auto reply = reply_in(delivery);
    text += fmt::format("  {} by {}: {}; queued as '{}'\n", delivery.status, delivery.relay,
                        reply ? told(*reply) : "no reply", queued_as(delivery.detail));
  }
  if (trail.refusal)
    text += fmt::format(
        "  refused at {}{}{}: {}; helo={}\n", trail.refusal->stage, trail.refusal->by_milter ? " by milter" : "",
        trail.refusal->milter_away() ? " that is away" : "", told(trail.refusal->reply), trail.refusal->helo);
  return text;
}

std::string told(const std::string& log) {
  const auto lines = parse_mail_log(log);
  std::string text;
  for (const auto& trail : trails_in(lines)) text += told(trail);
  if (const auto trouble = last_milter_trouble(lines)) text += fmt::format("milter: {}\n", *trouble);
  return text;
}

class MailLogCorpus : public testing::TestWithParam<std::string> {};

TEST_P(MailLogCorpus, TellsItsTrails) {
  const std::string stem = test_path(fmt::format("corpus/mail_log/{}", GetParam()));
  const auto log = read_file(stem + ".log");
  const auto expected = read_file(stem + ".trails");
  ASSERT_TRUE(log);
  ASSERT_TRUE(expected) << "a log of the corpus needs NAME.trails beside it; it tells:\n" << told(*log);
  EXPECT_EQ(told(*log), *expected);
}

std::vector<std::string> corpus() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(test_path("corpus/mail_log")))
    if (entry.path().extension() == ".log") names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Corpus, MailLogCorpus, testing::ValuesIn(corpus()),
                         [](const auto& tested) { return tested.param; });

TEST(MailLog, QuotedAddressesKeepTheirBrackets) {
  EXPECT_EQ(bracketed(R"(from=<"a>b"@x.example>, size=1)", "from"), R"("a>b"@x.example)");
  EXPECT_EQ(bracketed("orig_to=<a@x>, to=<b@x>, relay=none", "to"), "b@x");
  EXPECT_EQ(bracketed("to=<unclosed", "to"), std::nullopt);
}

TEST(MailLog, ATrailEndsAtItsLastLine) {
  const auto lines = parse_mail_log(
      "Nov 25 18:00:00 r postfix/smtpd[1]: ABCDEF1: client=a.example[198.18.0.1]\n"
      "Nov 25 18:00:00 r postfix/qmgr[1]: ABCDEF1: removed\n"
      "Nov 25 18:00:01 r postfix/smtpd[1]: ABCDEF1: client=b.example[198.18.0.2]\n");
  const auto trail = trail_of(lines, "ABCDEF1");
  ASSERT_TRUE(trail);
  EXPECT_TRUE(trail->ended());
  EXPECT_EQ(trail->client.address, "198.18.0.1");
  EXPECT_EQ(trails_in(lines).size(), 2U);
  EXPECT_FALSE(trail_of(lines, "ABCDEF2"));
  EXPECT_FALSE(trail_of(lines, ""));
}

// What a milter refuses by itself is its verdict; only a milter can be away.
TEST(MailLog, AMilterIsAwayByWhatPostfixSaysForIt) {
  const auto is_away = [](const std::string& refusal) {
    const auto line = parse_mail_log_line("Nov 25 18:00:00 r postfix/cleanup[1]: ABCDEF1: " + refusal);
    const auto read = line ? refusal_of(*line) : std::nullopt;
    EXPECT_TRUE(read) << refusal;
    return read && read->milter_away();
  };
  const std::string end = "END-OF-MESSAGE from a.example[198.18.0.1]: ";
  EXPECT_TRUE(is_away("milter-reject: " + end + "451 4.7.1 Service unavailable - try again later; proto=SMTP"));
  EXPECT_TRUE(is_away("milter-reject: " + end + "451 4.3.0 pymilter: untrapped exception in x; proto=SMTP"));
  EXPECT_FALSE(is_away("milter-reject: " + end + "451 4.7.1 Try again later; proto=SMTP"));
  EXPECT_FALSE(is_away("milter-reject: " + end + "554 5.7.1 untrapped exception; proto=SMTP"));
  EXPECT_FALSE(is_away("reject: RCPT from a.example[198.18.0.1]: 451 4.7.1 Service unavailable - try again later; x"));
}

}  // namespace
}  // namespace labctl::lab
