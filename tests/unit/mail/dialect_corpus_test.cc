#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <string>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/mail/dialect.h"
#include "labctl/mail/message.h"
#include "tests/fakes/paths.h"

namespace labctl::mail {
namespace {

/// What the dialect reads in the fields of the header's first authserv-id, one "key value" a line.
std::string reading_of(const Dialect& dialect, const Message& message) {
  AuthReading reading;
  std::string first_id;
  bool first = true;
  std::size_t defects = 0;
  const auto take = [&](const AuthenticationResults& field) {
    if (std::exchange(first, false)) first_id = field.authserv_id;
    // OpenDMARC's and OpenDKIM's "AuthservIDWithJobID": name/job.
    if (field.authserv_id.substr(0, field.authserv_id.find('/')) != first_id.substr(0, first_id.find('/'))) return;
    defects += field.defects.size();
    reading.merge(dialect.read(field));
  };
  for (const auto* field : message.all("Authentication-Results")) take(parse_authentication_results(field->raw));
  if (first)
    for (const auto* field : message.all("ARC-Authentication-Results"))
      take(parse_arc_authentication_results(field->raw));
  std::string text = fmt::format("defects {}\n", defects);
  for (const auto& [key, value] : reading) text += fmt::format("{} {}\n", key, value);
  if (const auto cause = dialect.cause(message)) text += fmt::format("cause {}\n", *cause);
  return text;
}

// A new file is a new test: name.header, and beside it name.reading, whose first line is the header's public source.
TEST(DialectCorpus, EachHeaderIsReadAsItsReceiverMeansIt) {
  const char* golden = std::getenv("LABCTL_GOLDEN");
  const bool write = golden != nullptr && std::string_view(golden) == "write";
  std::set<std::string> seen;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test_path("corpus/authentication-results"))) {
    if (entry.path().extension() != ".header") continue;
    const auto* dialect = find_dialect(entry.path().parent_path().filename().string());
    ASSERT_NE(dialect, nullptr) << entry.path();
    seen.emplace(dialect->name);
    const auto header = read_file(entry.path().string());
    const std::string expected_path = std::filesystem::path(entry.path()).replace_extension(".reading").string();
    const auto expected = read_file(expected_path);
    ASSERT_TRUE(header && expected) << entry.path() << " lacks its reading";
    const auto source_end = expected->find('\n') + 1;
    EXPECT_TRUE(expected->starts_with("source https://")) << expected_path;
    const std::string reading = reading_of(*dialect, Message::parse(*header));
    if (write)
      ASSERT_TRUE(write_file(expected_path, expected->substr(0, source_end) + reading));
    else
      EXPECT_EQ(reading, expected->substr(source_end)) << entry.path();
  }
  // tests/corpus/authentication-results/README.md says why these two have none.
  for (const auto& dialect : dialects())
    EXPECT_EQ(seen.contains(std::string(dialect.name)), dialect.name != "yenma" && dialect.name != "mailcow")
        << dialect.name;
}

// By the source of yenma (yenma/yenmamfi.c, yenma/authresult.c), since no header of its own was found in public.
TEST(DialectYenma, ReadsTheAuthorsDomainAndNoPolicy) {
  const auto reading = find_dialect("yenma")->read(parse_authentication_results(
      "mx.example; spf=hardfail smtp.mailfrom=user@Apple.example; dkim=pass header.i=@apple.example;"
      " dmarc=pass header.from=user@Apple.example"));
  EXPECT_EQ(reading.find("spf")->second, "fail");
  EXPECT_EQ(reading.find("dmarc.header.from")->second, "apple.example");
  EXPECT_FALSE(reading.contains("dmarc.policy"));
}

TEST(DialectMailcow, ReadsAsRspamdAndFilesByTheSpamFlag) {
  const auto* mailcow = find_dialect("mailcow");
  EXPECT_EQ(mailcow->read(parse_authentication_results("a; dmarc=fail (policy=reject)")).find("dmarc.policy")->second,
            "reject");
  EXPECT_EQ(mailcow->cause(Message::parse("X-Spam-Flag: YES\n\n")), "spam");
  EXPECT_EQ(mailcow->cause(Message::parse("X-Rspamd-Pre-Result: action=reject; module=dmarc; x\nX-Spam-Flag: YES\n\n")),
            "dmarc");
  EXPECT_EQ(mailcow->cause(Message::parse("X-Spam-Flag: NO\n\n")), std::nullopt);
}

TEST(DialectOutlook, TheActionIsTheDisposition) {
  struct Case {
    const char* action;
    const char* disposition;
  };
  for (const auto& [action, disposition] :
       {Case{"none", "none"}, Case{"quarantine", "quarantine"}, Case{"reject", "reject"}, Case{"oreject", "quarantine"},
        Case{"pct.reject", "none"}}) {
    const auto reading = find_dialect("outlook")->read(
        parse_authentication_results(fmt::format("spf=fail; dmarc=fail action={} header.from=a", action)));
    ASSERT_EQ(reading.count("dmarc.disposition"), 1U) << action;
    EXPECT_EQ(reading.find("dmarc.disposition")->second, disposition) << action;
  }
}

TEST(DialectFastmail, ThePolicyIsThatOfTheRecordThatCounted) {
  const auto reading =
      find_dialect("fastmail")
          ->read(parse_authentication_results(
              "a; dmarc=fail policy.published-domain-policy=reject policy.published-subdomain-policy=quarantine"
              " policy.policy-from=sp policy.applied-disposition=quarantine header.from=b.apple.example"));
  EXPECT_EQ(reading.find("dmarc.policy")->second, "quarantine");
  EXPECT_EQ(reading.find("dmarc.disposition")->second, "quarantine");
}

TEST(DialectGmail, WordsThatAreNoPolicyAreNone) {
  const auto reading =
      find_dialect("gmail")->read(parse_authentication_results("a; dmarc=pass (p=NULL sp= dis) header.from=b"));
  EXPECT_FALSE(reading.contains("dmarc.policy"));
  EXPECT_FALSE(reading.contains("dmarc.disposition"));
}

}  // namespace
}  // namespace labctl::mail
