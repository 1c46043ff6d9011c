// Which messages may go over the connection of an earlier one.
#include "tests/unit/lab/mail_port_testing.h"

namespace labctl::lab {
namespace {

class MailSharing : public MailPortTest {};

TEST_F(MailSharing, OneThatFollowsAnotherMay) {
  on_send_ = [](const auto&) -> Result<mail::SmtpTranscript> { return lab_error("gone"); };
  auto following = order();
  following.follows = true;
  EXPECT_FALSE(port_->deliver(order()));
  EXPECT_FALSE(port_->deliver(following));
  following.rcpt_to = "user-a@rogue-mailer.mail.nic.example";  // Where nothing is checked.
  EXPECT_FALSE(port_->deliver(following));
  ASSERT_EQ(sent_.size(), 3U);
  EXPECT_FALSE(sent_[0].follows);
  EXPECT_TRUE(sent_[1].follows);
  EXPECT_TRUE(sent_[2].follows);
}

/// Its receivers have milters.
class MailSharingAtMilters : public MailPortTest {
 protected:
  MailSharingAtMilters() : MailPortTest({.participants = 2, .receiver = {"opendmarc", ""}}) {}
};

TEST_F(MailSharingAtMilters, NoneMay) {
  on_send_ = [](const auto&) -> Result<mail::SmtpTranscript> { return lab_error("gone"); };
  auto following = order();
  following.follows = true;
  EXPECT_FALSE(port_->deliver(following));
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_FALSE(sent_[0].follows);
}

}  // namespace
}  // namespace labctl::lab
