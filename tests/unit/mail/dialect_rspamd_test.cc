#include "labctl/mail/dialect_rspamd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace labctl::mail {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

TEST(DialectRspamd, ReadsResultsPropertiesAndThePolicy) {
  const auto* rspamd = find_dialect("rspamd");
  ASSERT_NE(rspamd, nullptr);
  const auto reading = rspamd->read(parse_authentication_results(
      " receiver.m001.mail.nic.example;\n\tdkim=pass header.d=a.example header.s=s1;\n\tdkim=fail header.d=b.example;\n"
      "\tspf=fail (receiver: domain of \"x@a.example\" policy=none) smtp.mailfrom=x@a.example;\n"
      "\tdmarc=fail reason=\"SPF not aligned (relaxed), No valid DKIM\" header.from=a.example (policy=quarantine)"));
  EXPECT_THAT(reading, UnorderedElementsAre(Pair("dkim", "pass"), Pair("dkim.header.d", "a.example"),
                                            Pair("dkim.header.s", "s1"), Pair("dkim", "fail"),
                                            Pair("dkim.header.d", "b.example"), Pair("spf", "fail"),
                                            Pair("spf.smtp.mailfrom", "x@a.example"), Pair("dmarc", "fail"),
                                            Pair("dmarc.header.from", "a.example"), Pair("dmarc.policy", "quarantine"),
                                            Pair("dmarc.alignment.spf", "fail")));
}

TEST(DialectRspamd, ThePolicyIsThatOfDmarcWhereverItsCommentStands) {
  for (const char* body : {"a; dmarc=pass (policy=Reject) header.from=b",
                           "a; dmarc=pass header.from=b ( policy=reject )", "a; dmarc (policy=reject) =pass"})
    EXPECT_EQ(read_rspamd(parse_authentication_results(body)).find("dmarc.policy")->second, "reject") << body;
  for (const char* body : {"a; spf=pass (policy=reject)", "a; dmarc=pass (policy)"})
    EXPECT_FALSE(read_rspamd(parse_authentication_results(body)).contains("dmarc.policy")) << body;
}

TEST(DialectRspamd, TheCauseIsTheModuleOrTheScore) {
  struct Case {
    const char* header;
    std::optional<std::string> cause;
  };
  for (const auto& [header, cause] : {
           Case{"X-Rspamd-Pre-Result: action=add header;\n\tmodule=dmarc;\n\tAction set by DMARC\n"
                "X-Rspamd-Action: add header\n",
                "dmarc"},
           Case{"X-Rspamd-Action: add header\n", "spam"},
           Case{"X-Rspamd-Action: no action\n", std::nullopt},
           Case{"X-Spamd-Result: default: True [9.00 / 6.00];\n\tA(9.0)[]\n", "spam"},
           Case{"X-Spamd-Result: default: False [1.00 / 6.00]\n", std::nullopt},
           Case{"Subject: x\n", std::nullopt},
       })
    EXPECT_EQ(cause_rspamd(Message::parse(std::string(header) + "\n")), cause) << header;
}

TEST(Dialect, AnUnknownNameHasNone) { EXPECT_EQ(find_dialect("Rspamd"), nullptr); }

}  // namespace
}  // namespace labctl::mail
