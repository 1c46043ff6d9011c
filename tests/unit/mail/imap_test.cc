#include "labctl/mail/imap.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/fakes/fake_imap.h"

namespace labctl::mail {
namespace {

using fakes::FakeImap;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

ImapAccount account(const FakeImap& server) {
  return {.server = server.endpoint(),
          .server_name = {},
          .user = "user-a@m001.mail.nic.example",
          .password = "secret",
          .ca_pem = {},
          .timeout = Milliseconds(5'000)};
}

TEST(Imap, ListsFoldersThatCanBeOpened) {
  const FakeImap server(FakeImap::Answers{{"LIST",
                                           "* LIST (\\HasNoChildren) \".\" INBOX\r\n"
                                           "* LIST (\\HasNoChildren \\Junk) \".\" Junk\r\n"
                                           "* LIST (\\Noselect) \".\" shared\r\n"
                                           "* LIST (\\NonExistent) \".\" gone\r\n"
                                           "* LIST () \".\" \"two words \\\"quoted\\\"\"\r\n"
                                           "* LIST nonsense\r\n"}});
  Mailbox mailbox(account(server));
  const auto folders = mailbox.folders();
  ASSERT_TRUE(folders) << render(folders.error());
  EXPECT_THAT(*folders, ElementsAre("INBOX", "Junk", "two words \"quoted\""));
}

TEST(Imap, SearchesByHeaderAndSortsTheAnswer) {
  const FakeImap server(FakeImap::Answers{{"UID SEARCH", "* SEARCH 12 3 x 0 99999999999 7\r\n"}});
  Mailbox mailbox(account(server));
  const auto uids = mailbox.search("Junk", "X-Labctl-Token", "a\"b\\c\r\n");
  ASSERT_TRUE(uids) << render(uids.error());
  EXPECT_THAT(*uids, ElementsAre(3U, 7U, 12U));
  EXPECT_THAT(server.commands(), Contains("SELECT Junk"));
  EXPECT_THAT(server.commands(), Contains("UID SEARCH HEADER \"X-Labctl-Token\" \"a\\\"b\\\\c\""));
}

TEST(Imap, SearchesFromAUidOn) {
  const FakeImap server(FakeImap::Answers{{"UID SEARCH", "* SEARCH\r\n"}});
  Mailbox mailbox(account(server));
  for (const std::uint32_t first : {1U, 2U}) ASSERT_TRUE(mailbox.search("INBOX", "X", "y", first));
  EXPECT_THAT(server.commands(), Contains("UID SEARCH HEADER \"X\" \"y\""));
  EXPECT_THAT(server.commands(), Contains("UID SEARCH UID 2:* HEADER \"X\" \"y\""));
}

TEST(Imap, AsksTheSelectedFolderForNewsBeforeItSearchesAgain) {
  const FakeImap server(FakeImap::Answers{{"UID SEARCH", "* SEARCH\r\n"}});
  Mailbox mailbox(account(server));
  for (int i = 0; i < 2; ++i) {
    const auto uids = mailbox.search("INBOX", "", "");
    ASSERT_TRUE(uids) << render(uids.error());
    EXPECT_TRUE(uids->empty());
  }
  // RFC 3501 section 6.1.2; one connection serves both.
  EXPECT_THAT(server.commands(), Contains("NOOP").Times(1));
  EXPECT_THAT(server.commands(), Contains("SELECT INBOX").Times(1));
  EXPECT_THAT(server.commands(), Contains("UID SEARCH ALL").Times(2));
}

TEST(Imap, TellsTheNextUid) {
  const FakeImap server(FakeImap::Answers{{"STATUS", "* STATUS \"INBOX\" (UIDNEXT 4711)\r\n"}});
  Mailbox mailbox(account(server));
  const auto next = mailbox.uid_next("INBOX");
  ASSERT_TRUE(next) << render(next.error());
  EXPECT_EQ(*next, 4711U);
}

TEST(Imap, AStatusWithoutTheNumberIsAnError) {
  for (const char* answer : {"", "* STATUS INBOX (MESSAGES 1)\r\n", "* STATUS INBOX (UIDNEXT x)\r\n"}) {
    const FakeImap server(FakeImap::Answers{{"STATUS", answer}});
    Mailbox mailbox(account(server));
    const auto next = mailbox.uid_next("INBOX");
    ASSERT_FALSE(next) << answer;
    EXPECT_EQ(next.error().kind, ErrorKind::lab);
    EXPECT_THAT(next.error().message, HasSubstr("UIDNEXT"));
  }
}

TEST(Imap, FetchesAMessageWholeAndLeavesItUnseen) {
  // A line that looks like the end of an answer belongs to the message.
  const std::string message = "Subject: x\r\n\r\nA001 OK done\r\n* BYE\r\n)\r\n";
  const FakeImap server(FakeImap::Answers{
      {"UID FETCH", fmt::format("* 1 FETCH (UID 7 BODY[] {{{}}}\r\n{})\r\n", message.size(), message)}});
  Mailbox mailbox(account(server));
  const auto fetched = mailbox.fetch("Junk", 7);
  ASSERT_TRUE(fetched) << render(fetched.error());
  EXPECT_EQ(*fetched, message);
  // RFC 3501 section 6.3.2: a folder that is open for reading only keeps its flags.
  EXPECT_THAT(server.commands(), Contains("EXAMINE \"Junk\"").Times(1));
  EXPECT_THAT(server.commands().back(), testing::StartsWith("UID FETCH 7 "));
}

// RFC 3501 section 6.3.1: what another SELECT opens is open for writing, and a FETCH would set flags there.
TEST(Imap, AFolderIsExaminedOnceAndAgainWhenAnotherWasOpen) {
  const FakeImap server(FakeImap::Answers{{"UID FETCH", "* 1 FETCH (UID 7 BODY[] {1}\r\nx)\r\n"}});
  Mailbox mailbox(account(server));
  ASSERT_TRUE(mailbox.fetch("INBOX", 7));
  ASSERT_TRUE(mailbox.fetch("INBOX", 7));
  ASSERT_TRUE(mailbox.fetch("Junk", 7));
  ASSERT_TRUE(mailbox.search("INBOX", "", ""));
  ASSERT_TRUE(mailbox.fetch("INBOX", 7));
  auto commands = server.commands();
  std::erase_if(commands, [](const std::string& command) {
    return command.find("INBOX") == command.npos && command.find("Junk") == command.npos &&
           command.find("UID ") == command.npos;
  });
  const std::string fetch = "UID FETCH 7 BODY[]";
  EXPECT_THAT(commands,
              ElementsAre("SELECT INBOX", "EXAMINE \"INBOX\"", fetch, fetch, "SELECT Junk", "EXAMINE \"Junk\"", fetch,
                          "SELECT INBOX", "UID SEARCH ALL", "EXAMINE \"INBOX\"", fetch));
}

TEST(Imap, AFolderIsOpenedForReadingOnceUntilAnotherIsOpened) {
  const FakeImap server(
      FakeImap::Answers{{"UID SEARCH", "* SEARCH 7\r\n"}, {"UID FETCH", "* 1 FETCH (UID 7 BODY[] {3}\r\nx\r\n)\r\n"}});
  Mailbox mailbox(account(server));
  const auto look = [&](const char* folder) {
    ASSERT_TRUE(mailbox.search(folder, "Subject", "x"));
    const auto fetched = mailbox.fetch(folder, 7);
    ASSERT_TRUE(fetched) << render(fetched.error());
  };
  look("INBOX");
  look("INBOX");
  EXPECT_THAT(server.commands(), Contains("EXAMINE \"INBOX\"").Times(1));
  look("Junk");
  look("INBOX");
  EXPECT_THAT(server.commands(), Contains("EXAMINE \"Junk\"").Times(1));
  EXPECT_THAT(server.commands(), Contains("EXAMINE \"INBOX\"").Times(2));
  // Each fetch stands behind an EXAMINE of its folder, with no SELECT between.
  bool for_reading = false;
  for (const auto& command : server.commands()) {
    if (command.starts_with("SELECT")) for_reading = false;
    if (command.starts_with("EXAMINE")) for_reading = true;
    EXPECT_TRUE(for_reading || !command.starts_with("UID FETCH")) << command;
  }
}

TEST(Imap, ARefusedCommandIsAnErrorOfTheLab) {
  for (const char* verb : {"LOGIN", "SELECT", "UID SEARCH"}) {
    const FakeImap server(FakeImap::Answers{{verb, FakeImap::kNo}});
    Mailbox mailbox(account(server));
    const auto uids = mailbox.search("INBOX", "", "");
    ASSERT_FALSE(uids) << verb;
    EXPECT_EQ(uids.error().kind, ErrorKind::lab) << verb;
    EXPECT_THAT(uids.error().message, HasSubstr("user-a@m001.mail.nic.example"));
    EXPECT_THAT(render(uids.error()), HasSubstr("127.0.0.1:"));
    EXPECT_THAT(render(uids.error()), Not(HasSubstr("secret")));
  }
}

TEST(Imap, AConnectionThatBreaksIsAnErrorAndTheNextRequestMakesANewOne) {
  const FakeImap server(
      FakeImap::Answers{{"UID FETCH", "* 1 FETCH (UID 7 BODY[] {1}\r\nx)\r\n"}, {"UID SEARCH", FakeImap::kDropOnce}});
  Mailbox mailbox(account(server));
  const auto fetched = mailbox.fetch("INBOX", 7);
  ASSERT_TRUE(fetched) << render(fetched.error());
  const auto broken = mailbox.search("INBOX", "", "");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::lab);
  const auto uids = mailbox.search("INBOX", "", "");
  ASSERT_TRUE(uids) << render(uids.error());
  // The folder is selected again, for the new connection knows of none, and is not asked for news before.
  EXPECT_THAT(server.commands(), Contains("SELECT INBOX").Times(2));
  EXPECT_THAT(server.commands(), Contains("NOOP").Times(1));
}

TEST(Imap, AHangingServerIsATimeout) {
  for (const char* verb : {"", "LOGIN", "UID SEARCH"}) {
    const FakeImap server(FakeImap::Answers{{verb, FakeImap::kHang}});
    auto patient = account(server);
    patient.timeout = Milliseconds(100);
    const auto begin = std::chrono::steady_clock::now();
    {
      Mailbox mailbox(patient);
      const auto uids = mailbox.search("INBOX", "", "");
      ASSERT_FALSE(uids) << verb;
      EXPECT_EQ(uids.error().kind, ErrorKind::timeout) << render(uids.error());
    }
    // Its destructor says no LOGOUT to a server that hangs.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
  }
}

TEST(Imap, ALongSearchAnswerIsReadWhole) {
  std::string answer = "* SEARCH";
  for (int uid = 1; uid <= 20'000; ++uid) answer += fmt::format(" {}", uid);
  const FakeImap server(FakeImap::Answers{{"UID SEARCH", answer + "\r\n"}});
  Mailbox mailbox(account(server));
  const auto uids = mailbox.search("INBOX", "", "");
  ASSERT_TRUE(uids) << render(uids.error());
  EXPECT_EQ(uids->size(), 20'000U);
}

TEST(Imap, NobodyThereIsAnErrorThatNamesThePlace) {
  ImapAccount nobody;
  {
    const FakeImap server;
    nobody = account(server);
  }
  Mailbox mailbox(nobody);
  const auto folders = mailbox.folders();
  ASSERT_FALSE(folders);
  EXPECT_EQ(folders.error().kind, ErrorKind::lab);
  EXPECT_EQ(folders.error().where, fmt::format("127.0.0.1:{}", nobody.server.port));
}

}  // namespace
}  // namespace labctl::mail
