#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "labctl/base/file.h"
#include "labctl/base/process.h"
#include "tests/fakes/paths.h"
#include "tests/fakes/temporary_directory.h"

// The page of a run as a person sees it on a projector: pictures that headless Chromium takes of it.
namespace labctl::program {
namespace {

using Colour = std::array<std::uint8_t, 3>;
// The outcomes' colours, and what marks the receiver's own header field: labctl/report/html/page.css.
constexpr Colour kFailColour{0xc6, 0x20, 0x20};
constexpr Colour kErrorColour{0x8b, 0x2f, 0xc9};
constexpr Colour kSkipColour{0x6b, 0x72, 0x80};
constexpr Colour kMarkColour{0xff, 0xe5, 0x8a};

struct Picture {
  int width = 0;
  int height = 0;
  std::string pixels;  ///< three bytes each

  [[nodiscard]] int count(const Colour& colour, int from_row = 0) const {
    int found = 0;
    for (auto at = static_cast<std::size_t>(from_row * width) * 3; at + 3 <= pixels.size(); at += 3)
      found += std::equal(colour.begin(), colour.end(), pixels.begin() + static_cast<std::ptrdiff_t>(at),
                          [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); });
    return found;
  }
};

void must_run(const ProcessSpec& request, std::string* output = nullptr) {
  const auto ended = run_process(request);
  ASSERT_TRUE(ended.has_value()) << render(ended.error());
  ASSERT_EQ(ended->exit_status, 0) << request.argv.front() << "\n" << ended->err;
  if (output != nullptr) *output = ended->out;
}

/// A projector's picture of the page, with that fragment chosen.
void take(const std::string& page, const std::string& fragment, Picture& picture) {
  const fakes::TemporaryDirectory directory;
  const std::string file = directory.path() + "/page.png";
  must_run({.argv = {"chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                     "--user-data-dir=" + directory.path() + "/profile", "--window-size=1280,1600",
                     "--screenshot=" + file, fmt::format("file://{}{}", page, fragment)},
            .timeout = Milliseconds{60'000}});
  if (testing::Test::HasFatalFailure()) return;
  std::string image;
  must_run({.argv = {"pngtopnm", file}, .timeout = Milliseconds{20'000}}, &image);
  if (testing::Test::HasFatalFailure()) return;
  int most = 0;
  int header = 0;
  ASSERT_EQ(std::sscanf(image.c_str(), "P6 %d %d %d%n", &picture.width, &picture.height, &most, &header), 3);
  ASSERT_EQ(most, 255);
  picture.pixels = image.substr(static_cast<std::size_t>(header) + 1);
  ASSERT_EQ(picture.pixels.size(), static_cast<std::size_t>(picture.width * picture.height * 3));
}

TEST(HtmlPage, ACellsEvidenceIsOneClickAway) {
  // The unit test of the formats holds this file to what the program writes.
  const std::string page = test_path("golden/report/mixed.3.html");
  Picture table;
  take(page, "", table);
  if (HasFatalFailure()) return;
  EXPECT_GE(table.width, 1200);
  // A cell of the table is some forty by thirty pixels, readable from the last row of a room.
  EXPECT_GT(table.count(kFailColour), 500);
  EXPECT_GT(table.count(kErrorColour), 500);
  EXPECT_GT(table.count(kSkipColour), 500);
  EXPECT_EQ(table.count(kMarkColour), 0) << "no evidence before a cell was chosen";

  Picture chosen;
  take(page, "#m001.hands-on-4-dmarc.4-1", chosen);
  if (HasFatalFailure()) return;
  EXPECT_GT(chosen.count(kMarkColour), 2000) << "the receiver's own Authentication-Results stands out";
  EXPECT_GT(chosen.count(kFailColour), table.count(kFailColour) / 2);
}

}  // namespace
}  // namespace labctl::program
