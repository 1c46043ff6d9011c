#include "labctl/lab/log_file.h"

#include <gtest/gtest.h>

#include "tests/fakes/fake_hosts.h"

namespace labctl::lab {
namespace {

TEST(LogFile, EndsAtTheLastWholeLine) {
  fakes::FakeHost host;
  host.write("/log", "one\ntwo\nhal");
  LogFile log(host, "/log");
  EXPECT_EQ(log.end(), 8U);
  host.append("/log", "f\n");
  EXPECT_EQ(log.end(), 13U);
  EXPECT_EQ(log.since(8), "half\n");
  EXPECT_EQ(log.since(100), "");
}

TEST(LogFile, NoticesAnotherFileInItsPlace) {
  fakes::FakeHost host;
  host.write("/log", "one\ntwo\n");
  LogFile log(host, "/log");
  EXPECT_EQ(log.end(), 8U);
  EXPECT_EQ(log.continues_at(8), true);
  host.write("/log", "other text\n");
  EXPECT_EQ(log.continues_at(8), false);
  EXPECT_EQ(log.end(), 11U);
  host.write("/log", "x\n");
  EXPECT_EQ(log.end(), 2U);
  EXPECT_EQ(log.continues_at(0), true);
}

TEST(LogFile, AMissingFileIsAnError) {
  fakes::FakeHost host;
  LogFile log(host, "/log");
  EXPECT_FALSE(log.end());
}

}  // namespace
}  // namespace labctl::lab
