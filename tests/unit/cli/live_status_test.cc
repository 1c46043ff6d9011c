#include "labctl/cli/live_status.h"

#include <gtest/gtest.h>

#include "labctl/base/text.h"

namespace labctl::cli {
namespace {

TEST(StatusLine, StaysOnOneLineOfTheTerminal) {
  EXPECT_EQ(status_line("ready", Milliseconds{12'340}, 80), "  12.3 s  ready");
  EXPECT_EQ(status_line("ready", Milliseconds{12'340}, 13), "  12.3 s  re");
  const auto wide = status_line("\u6b63\u898f\u306e\u30e1\u30fc\u30eb", Milliseconds{0}, 14);
  EXPECT_TRUE(is_utf8(wide));
  EXPECT_EQ(wide, "   0.0 s  \u6b63");
}

class Live : public ::testing::Test {
 protected:
  std::string out;
  LiveStatus::Out sink = [this](std::string_view text) { out += text; };
};

TEST_F(Live, PlainLinesHaveNoEscapes) {
  {
    LiveStatus status(LiveStatus::Style::lines, sink);
    status.now("one");
    status.glimpse("too much to tell");
    status.keep("two");
    status.clear();
  }
  EXPECT_EQ(out, "one\ntwo\n");
}

TEST_F(Live, QuietSaysNothing) {
  {
    LiveStatus status(LiveStatus::Style::quiet, sink);
    status.now("one");
    status.keep("two");
  }
  EXPECT_EQ(out, "");
}

TEST_F(Live, ATerminalsLineIsWrittenOverAndTakenAway) {
  {
    LiveStatus status(LiveStatus::Style::redrawn, sink);
    status.now("one");
    EXPECT_TRUE(out.starts_with("\r")) << out;
    EXPECT_NE(out.find("one\x1b[K"), std::string::npos);
    EXPECT_EQ(out.find('\n'), std::string::npos);
    status.keep("stays");
    EXPECT_NE(out.find("\r\x1b[Kstays\n"), std::string::npos);
  }
  EXPECT_TRUE(out.ends_with("\r\x1b[K")) << out;
}

TEST(ScreenLines, ALongLineTakesSeveralRows) {
  EXPECT_EQ(screen_lines("abcdef\nx\n", 5, 10), (std::vector<std::string>{"abcd", "ef", "x"}));
  EXPECT_EQ(screen_lines("あいう\n", 5, 10), (std::vector<std::string>{"あい", "う"}));
  EXPECT_EQ(screen_lines("", 5, 10), std::vector<std::string>{});
}

TEST(ScreenLines, NeverMoreThanTheTerminalHas) {
  EXPECT_EQ(screen_lines("a\nb\nc\nd\n", 80, 3), (std::vector<std::string>{"a", "b", "... 2"}));
  EXPECT_EQ(screen_lines("a\nb\nc\n", 80, 3), (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace labctl::cli
