#include "labctl/lab/milter_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace labctl::lab {
namespace {

using testing::ElementsAre;

/// As journalctl shows them; two messages of one client at once.
const std::vector<std::string> kMilterJournal{
    "Nov 29 04:35:37 r pyspf-milter[13]: prepend Authentication-Results: r; spf=pass (x) smtp.mailfrom=m001.example "
    "(client-ip=198.18.1.12; helo=s; envelope-from=user-a@m001.example; receiver=<UNKNOWN>)",
    "Nov 29 04:35:37 r pyspf-milter[13]: connect from [198.18.0.251] at ('198.18.0.251', 50304) EXTERNAL",
    "Nov 29 04:35:37 r pyspf-milter[13]: prepend Authentication-Results: r; spf=fail (x) smtp.mailfrom=m001.example "
    "(client-ip=198.18.0.251; helo=[198.18.0.251]; envelope-from=user-a@m001.example; receiver=<UNKNOWN>)",
    "Nov 29 04:35:37 r opendkim[26]: 2D5587E: bad signature data",
    "Nov 29 04:35:37 r opendmarc[15]: 694DF9E: other.example pass",
    "Nov 29 04:35:37 r opendmarc[15]: 2D5587E: m001.example fail",
    "Nov 29 04:35:38 r pyspf-milter[13]: prepend Authentication-Results: r; spf=none (x) "
    "(client-ip=198.18.0.251; helo=[198.18.0.251]; envelope-from=<>; receiver=<UNKNOWN>)",
    "Nov 29 04:35:38 r opendmarc[15]: 694DF9F: m001.example none",
};

TEST(MilterLog, LinesAreJoinedByQueueId) {
  const auto lines = milter_lines_of(kMilterJournal, "2D5587E", "198.18.0.251", "user-a@m001.example");
  EXPECT_THAT(lines, ElementsAre(kMilterJournal[2], kMilterJournal[3], kMilterJournal[5]));
  EXPECT_EQ(judged_domain(lines), "m001.example");
}

TEST(MilterLog, TheNullReversePathIsNamedAsPyspfWritesIt) {
  EXPECT_THAT(milter_lines_of(kMilterJournal, "694DF9F", "198.18.0.251", ""),
              ElementsAre(kMilterJournal[6], kMilterJournal[7]));
}

TEST(MilterLog, NothingIsSaidOfAnUnknownMessage) {
  EXPECT_TRUE(milter_lines_of(kMilterJournal, "0000000", "198.18.0.251", "user-a@m001.example").empty());
  EXPECT_EQ(judged_domain({}), "");
  EXPECT_EQ(judged_domain({"Nov 29 04:35:37 r opendmarc[15]: started"}), "");
}

}  // namespace
}  // namespace labctl::lab
