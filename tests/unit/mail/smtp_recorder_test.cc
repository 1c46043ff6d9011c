#include "labctl/mail/smtp_recorder.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace labctl::mail {
namespace {

/// A connection that is opened over TLS, as libcurl tells it.
void hear_tls_opening(SmtpRecorder& recorder) {
  recorder.server("220 mx.test ESMTP\r\n");
  recorder.client("EHLO apple.example\r\n");
  recorder.server("250-mx.test\r\n250 STARTTLS\r\n");
  recorder.client("STARTTLS\r\n");
  recorder.server("220 2.0.0 go on\r\n");
  recorder.client("EHLO apple.example\r\n");
  recorder.server("250 mx.test\r\n");
}

void hear_plain_opening(SmtpRecorder& recorder) {
  recorder.server("220 mx.test ESMTP again\r\n");
  recorder.client("EHLO apple.example\r\n");
  recorder.server("250 mx.test\r\n");
}

void hear_sender(SmtpRecorder& recorder) {
  recorder.client("MAIL FROM:<user-a@apple.example>\r\n");
  recorder.server("250 2.1.0 Ok\r\n");
}

std::vector<std::string> heard(SmtpRecorder& recorder) {
  std::vector<std::string> lines;
  for (const auto& line : recorder.transcript().lines) lines.push_back(line.text);
  return lines;
}

TEST(SmtpRecorder, EachMessageOfAConnectionHasItsOpening) {
  SmtpRecorder first;
  hear_tls_opening(first);
  hear_sender(first);
  ASSERT_EQ(heard(first).size(), 10U);
  SmtpRecorder second({}, first);
  hear_sender(second);
  SmtpRecorder third({}, second);
  hear_sender(third);
  for (auto* one : {&second, &third}) {
    EXPECT_EQ(heard(*one), heard(first));
    EXPECT_TRUE(one->transcript().tls);
  }
}

TEST(SmtpRecorder, AConnectionThatWasOpenedAnewHasItsOwnOpening) {
  SmtpRecorder first;
  hear_tls_opening(first);
  hear_sender(first);
  SmtpRecorder second({}, first);
  hear_plain_opening(second);
  hear_sender(second);
  EXPECT_EQ(heard(second).size(), 5U);
  EXPECT_EQ(heard(second).front(), "220 mx.test ESMTP again");
  EXPECT_FALSE(second.transcript().tls);
  SmtpRecorder third({}, second);
  hear_sender(third);
  EXPECT_EQ(heard(third), heard(second));
}

}  // namespace
}  // namespace labctl::mail
