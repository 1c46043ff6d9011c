#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

TEST(Inbox, ShowsFoldersAndTheNewestMessagesHeader) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("inbox", 1);
  const std::string address = "user-a@m001.mail.nic.example";
  EXPECT_EQ(lab({"send", "--to", address, "--subject", "first"}).exit_status, 0);
  EXPECT_EQ(lab({"send", "--to", address, "--subject", "second"}).exit_status, 0);
  const auto shown = lab({"inbox", address});
  EXPECT_EQ(shown.exit_status, 0) << shown.err;
  EXPECT_NE(shown.out.find("INBOX      2 messages"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("Authentication-Results: receiver.m001.mail.nic.example;"), std::string::npos) << shown.out;
  EXPECT_NE(shown.out.find("Subject: second"), std::string::npos) << shown.out;
  EXPECT_EQ(shown.out.find("Subject: first"), std::string::npos) << shown.out;
}

}  // namespace
}  // namespace labctl::live
