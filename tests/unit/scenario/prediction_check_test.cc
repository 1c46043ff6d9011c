#include "labctl/scenario/prediction_check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace labctl::scenario {
namespace {

using testing::IsEmpty;

ZoneSnapshot checked_zones(const std::string& policy, const std::string& spf = "v=spf1 ip4:198.18.1.12 -all") {
  evaluate::Zone zone{.apex = "m001.lab.example.", .records = {}};
  for (const auto& text :
       {std::string("@ SOA ns h 1 1 1 1 1"), "@ TXT \"" + spf + "\"", "_dmarc TXT \"v=DMARC1; p=" + policy + "\""})
    zone.records.push_back(dns::parse_record(text, "m001.lab.example").value());
  return {std::move(zone)};
}

evidence::MailSeen checked_mail(const std::string& address, const std::string& spf, const std::string& dmarc,
                                const std::string& folder) {
  evidence::MailSeen mail{.token = "t",
                          .client_address = address,
                          .helo = "h.m001.lab.example",
                          .mail_from = "u@m001.lab.example",
                          .rcpt_to = "u@m001.lab.example",
                          .header_from = "u@m001.lab.example",
                          .authserv_id = "mx.lab.example",
                          .dialect = "rspamd",
                          .receiver_queue_id = "4X1",
                          .receiver_reply = mail::SmtpReply{250, "2.0.0", "Ok"},
                          .searched_everywhere = true};
  mail.stored = evidence::StoredMessage{
      folder, 1,
      fmt::format("Received: from h.m001.lab.example (h.m001.lab.example [{}])\r\n\tby mx.lab.example (Postfix) with "
                  "ESMTPS id 4X1; Thu, 1 Jan 2026 00:00:00 +0000\r\nAuthentication-Results: mx.lab.example;\r\n"
                  "\tspf={} smtp.mailfrom=u@m001.lab.example;\r\n\tdmarc={} header.from=m001.lab.example\r\n"
                  "From: u@m001.lab.example\r\n\r\nx\r\n",
                  address, spf, dmarc)};
  return mail;
}

PredictionCheck checked(const ZoneSnapshot& before, const evidence::MailSeen& mail,
                        const std::vector<ZoneSnapshot>& earlier = {}, const ZoneSnapshot* after = nullptr) {
  auto check = check_prediction(before, after != nullptr ? *after : before, earlier, mail);
  EXPECT_TRUE(check);
  return check.value_or(PredictionCheck{});
}

TEST(PredictionCheck, WhatComesOutAsPredictedIsNoDifference) {
  EXPECT_THAT(checked(checked_zones("none"), checked_mail("198.18.1.12", "pass", "pass", "INBOX")).differences,
              IsEmpty());
  EXPECT_THAT(checked(checked_zones("quarantine"), checked_mail("198.18.0.251", "fail", "fail", "Junk")).differences,
              IsEmpty());
}

TEST(PredictionCheck, WhereAMessageEndedIsADispositionOfDmarc) {
  const auto said = [](const evidence::MailSeen& mail) { return receiver_said(mail).disposition; };
  EXPECT_EQ(said(checked_mail("198.18.1.12", "pass", "pass", "INBOX")), "none");
  EXPECT_EQ(said(checked_mail("198.18.1.12", "pass", "pass", "Junk")), "quarantine");
  auto mail = checked_mail("198.18.1.12", "fail", "fail", "INBOX");
  mail.stored.reset();
  EXPECT_EQ(said(mail), "") << "it is discarded";
  mail.receiver_reply = mail::SmtpReply{554, "5.7.1", "rejected by DMARC"};
  mail.receiver_log = {"postfix/cleanup[1]: 4X1: milter-reject: END-OF-MESSAGE from x"};
  EXPECT_EQ(said(mail), "reject");
}

TEST(PredictionCheck, WhatTheLessonListsHasItsReason) {
  const auto zones = checked_zones("none");
  const auto mail = checked_mail("198.18.1.12", "softfail", "pass", "INBOX");
  const Deviation known{.stack = {}, .section = "RFC 7208 section 4.6.2", .reason = {.ja = "理由", .en = "why"}};
  auto check = check_prediction(zones, zones, {}, mail, &known).value();
  ASSERT_EQ(check.differences.size(), 1U);
  EXPECT_EQ(check.differences[0].cause, DifferenceCause::receiver);
  EXPECT_EQ(check.differences[0].reason.en, "why (RFC 7208 section 4.6.2)");
  EXPECT_EQ(check.listed, "RFC 7208 section 4.6.2");

  const Deviation unseen{.stack = {}, .section = std::string(Deviation::kUnpredictable), .reason = {"理由", "why"}};
  check = check_prediction(zones, zones, {}, mail, &unseen).value();
  EXPECT_EQ(check.differences.at(0).cause, DifferenceCause::unpredictable);
  EXPECT_EQ(check.differences.at(0).reason.en, "why");
}

TEST(PredictionCheck, AStackOfItsOwnDeviatesInItsOwnWay) {
  Scenario lesson{.row = RowNeeds{.deviations = {{.stack = {}, .section = "RFC 7208 section 4.5", .reason = {}},
                                                 {.stack = "opendmarc", .section = {}, .reason = {}}}}};
  Step step{.id = "t-a"};
  ASSERT_NE(listed_deviation(lesson, step, "rspamd"), nullptr);
  EXPECT_EQ(listed_deviation(lesson, step, "rspamd")->section, "RFC 7208 section 4.5");
  EXPECT_EQ(listed_deviation(lesson, step, "opendmarc"), nullptr);
  step.id = "t-a-again";
  EXPECT_EQ(listed_deviation(lesson, step, "rspamd"), nullptr);
  lesson.row.reset();
  step.id = "t-a";
  EXPECT_EQ(listed_deviation(lesson, step, "rspamd"), nullptr);
}

TEST(PredictionCheck, WhatNothingExplainsIsTheEvaluators) {
  const auto differences =
      checked(checked_zones("none"), checked_mail("198.18.1.12", "softfail", "pass", "INBOX")).differences;
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].what, "spf");
  EXPECT_EQ(differences[0].predicted, "pass");
  EXPECT_EQ(differences[0].seen, "softfail");
  EXPECT_EQ(differences[0].cause, DifferenceCause::evaluator);
}

TEST(PredictionCheck, AnEarlierZoneMakesItACache) {
  const auto differences = checked(checked_zones("quarantine"), checked_mail("198.18.0.251", "fail", "fail", "INBOX"),
                                   {checked_zones("reject"), checked_zones("none")})
                               .differences;
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].what, "disposition");
  EXPECT_EQ(differences[0].cause, DifferenceCause::cache);
}

TEST(PredictionCheck, AZoneThatChangedMeanwhileMakesItTiming) {
  const auto after = checked_zones("none");
  const auto differences =
      checked(checked_zones("quarantine"), checked_mail("198.18.0.251", "fail", "fail", "INBOX"), {}, &after)
          .differences;
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].cause, DifferenceCause::timing);
}

TEST(PredictionCheck, AKnownDeviationNamesItsSentenceAndWhatFollowsFromIt) {
  auto zones = checked_zones("none");
  zones[0].records.push_back(dns::parse_record("@ TXT \"v=spf1 ~all\"", "m001.lab.example").value());
  const auto differences = checked(zones, checked_mail("198.18.1.12", "pass", "pass", "INBOX")).differences;
  ASSERT_EQ(differences.size(), 2U);
  EXPECT_EQ(differences[0].cause, DifferenceCause::receiver);
  EXPECT_THAT(differences[0].reason.en, testing::HasSubstr("RFC 7208 sections 4.5"));
  EXPECT_EQ(differences[1].what, "dmarc");
  EXPECT_EQ(differences[1].cause, DifferenceCause::receiver);
  EXPECT_THAT(differences[1].reason.en, testing::HasSubstr("follows"));
}

TEST(PredictionCheck, AKnownDeviationIsOfOneReceiverOnly) {
  auto zones = checked_zones("none");
  zones[0].records.push_back(dns::parse_record("@ TXT \"v=spf1 ~all\"", "m001.lab.example").value());
  auto mail = checked_mail("198.18.1.12", "pass", "pass", "INBOX");
  mail.dialect = "opendmarc";
  const auto differences = checked(zones, mail).differences;
  ASSERT_FALSE(differences.empty());
  EXPECT_EQ(differences[0].cause, DifferenceCause::evaluator);
}

TEST(PredictionCheck, ARefusedMessageIsReadFromTheLog) {
  auto mail = checked_mail("198.18.0.251", "", "", "INBOX");
  mail.stored.reset();
  mail.receiver_reply = mail::SmtpReply{554, "5.7.1", "Action set by DMARC"};
  mail.filter_log = {
      "(default: F (reject): [0.00/15.00] [R_SPF_FAIL(0.00){-all;},R_DKIM_ALLOW(0.00){other.example:s=a;},"
      "DMARC_POLICY_REJECT(0.00){m001.lab.example;}]), len: 9"};
  const auto said = receiver_said(mail);
  EXPECT_EQ(said.spf, "fail");
  EXPECT_EQ(said.dmarc, "fail");
  ASSERT_EQ(said.dkim.size(), 1U);
  EXPECT_EQ(said.dkim[0].domain, "other.example");
  EXPECT_THAT(checked(checked_zones("reject"), mail).differences, IsEmpty());
}

TEST(PredictionCheck, AMessageWithoutIdentitiesIsNotPredicted) {
  EXPECT_FALSE(check_prediction({}, {}, {}, checked_mail("nowhere", "pass", "pass", "INBOX")));
}

}  // namespace
}  // namespace labctl::scenario
