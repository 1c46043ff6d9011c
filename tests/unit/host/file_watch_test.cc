#include "labctl/host/file_watch.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "labctl/base/file.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::host {
namespace {

using testing::ElementsAre;

class FileWatchTest : public testing::Test {
 protected:
  FileWatchTest() {
    EXPECT_TRUE(make_directories(at("")));
    write("a.zone", "first");
  }
  [[nodiscard]] std::string at(const std::string& name) const { return root_.path() + "/var/lib/knot/" + name; }
  /// As an editor does, which takes longer than the kernel's telling of it.
  void write(const std::string& name, std::string_view content) {
    EXPECT_TRUE(write_file(at(name), content, 0600));
    if (watch_) (void)watch_->stood();
  }
  void rename(const std::string& from, const std::string& to) {
    EXPECT_EQ(std::rename(at(from).c_str(), at(to).c_str()), 0) << from;
  }
  void watch() {
    auto begun = watch_file(root_.path(), "/var/lib/knot/a.zone");
    ASSERT_TRUE(begun) << render(begun.error());
    watch_ = *std::move(begun);
  }
  /// "from=content", "?" for a file that could not be opened.
  std::vector<std::string> stood() {
    std::vector<std::string> lines;
    const auto files = watch_->stood();
    if (!files) return {render(files.error())};
    for (const auto& file : *files) lines.push_back(fmt::format("{}={}", file.from, file.content.value_or("?")));
    return lines;
  }

  fakes::TemporaryDirectory root_;
  std::unique_ptr<FileWatch> watch_;
};

TEST_F(FileWatchTest, KeepsWhatWasOverwritten) {
  watch();
  write("sed1", "by hand");
  rename("sed1", "a.zone");
  write("a.zone.Ab12Cd", "flushed");
  rename("a.zone.Ab12Cd", "a.zone");
  EXPECT_THAT(stood(), ElementsAre("a.zone=first", "sed1=by hand", "a.zone.Ab12Cd=flushed"));
}

TEST_F(FileWatchTest, ADraftMayBeThereAlready) {
  write("draft", "by hand");
  write("a.zone.Ab12Cd", "flushed");
  watch();
  rename("draft", "a.zone");
  rename("a.zone.Ab12Cd", "a.zone");
  EXPECT_THAT(stood(), ElementsAre("a.zone=first", "draft=by hand", "a.zone.Ab12Cd=flushed"));
}

TEST_F(FileWatchTest, TellsWhatAFileHoldsNow) {
  watch();
  {
    std::FILE* in_place = std::fopen(at("a.zone").c_str(), "a");
    ASSERT_NE(in_place, nullptr);
    std::fputs(" and more", in_place);
    std::fclose(in_place);
  }
  EXPECT_THAT(stood(), ElementsAre("a.zone=first and more"));
}

// vi with its backup made by renaming.
TEST_F(FileWatchTest, AFileMayBeMadeAtThePath) {
  watch();
  rename("a.zone", "a.zone~");
  std::FILE* made = std::fopen(at("a.zone").c_str(), "w");
  ASSERT_NE(made, nullptr);
  (void)watch_->stood();
  std::fputs("second", made);
  std::fclose(made);
  ASSERT_EQ(::unlink(at("a.zone~").c_str()), 0);
  write("x", "third");
  rename("x", "a.zone");
  EXPECT_THAT(stood(), ElementsAre("a.zone=first", "a.zone=second", "x=third"));
}

TEST_F(FileWatchTest, AFileMayComeFromElsewhereAndBeRenamedTwice) {
  ASSERT_TRUE(write_file(root_.path() + "/other", "other"));
  watch();
  ASSERT_EQ(std::rename((root_.path() + "/other").c_str(), at("a.zone").c_str()), 0);
  (void)watch_->stood();
  write("y", "twice");
  rename("y", "z");
  rename("z", "a.zone");
  EXPECT_THAT(stood(), ElementsAre("a.zone=first", "=other", "z=twice"));
}

// Faster than the kernel's telling: what it did not get hold of it does not take for another.
TEST_F(FileWatchTest, NeverTakesOneFileForAnother) {
  watch();
  for (int i = 0; i < 100; ++i) {
    const auto name = fmt::format("n{}", i % 3);
    EXPECT_TRUE(write_file(at(name), std::to_string(i), 0600));
    rename(name, "a.zone");
  }
  const auto files = watch_->stood();
  ASSERT_TRUE(files) << render(files.error());
  ASSERT_EQ(files->size(), 101U);
  for (std::size_t i = 0; i < 100; ++i)
    EXPECT_THAT((*files)[i + 1].content, testing::AnyOf(std::nullopt, std::optional(std::to_string(i))));
  EXPECT_EQ(files->back().content, "99");
}

TEST_F(FileWatchTest, NeitherSymlinksNorPipesAreFollowed) {
  ASSERT_TRUE(write_file(root_.path() + "/secret", "of the machine"));
  watch();
  ASSERT_EQ(::symlink((root_.path() + "/secret").c_str(), at("link").c_str()), 0);
  rename("link", "a.zone");
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  rename("pipe", "a.zone");
  EXPECT_THAT(stood(), ElementsAre("a.zone=first", "link=?", "pipe=?"));
}

TEST_F(FileWatchTest, ThePathMayBeFree) {
  ASSERT_EQ(::unlink(at("a.zone").c_str()), 0);
  watch();
  EXPECT_THAT(stood(), ElementsAre());
  write("n", "new");
  rename("n", "a.zone");
  EXPECT_THAT(stood(), ElementsAre("n=new"));
}

TEST_F(FileWatchTest, ADirectoryFullOfOtherFilesIsNoTrouble) {
  watch();
  for (int i = 0; i < 300; ++i) write(fmt::format("other-{}", i), "x");
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(std::rename(at(fmt::format("other-{}", i)).c_str(), (root_.path() + "/gone").c_str()), 0);
  write("last", "kept");
  rename("last", "a.zone");
  EXPECT_THAT(stood(), ElementsAre("a.zone=first", "last=kept"));
}

TEST_F(FileWatchTest, TellsWhetherAFileIsRoots) {
  watch();
  write("draft", "x");
  if (::getuid() == 0) {
    EXPECT_EQ(::chown(at("draft").c_str(), 1, 1), 0);
  }
  rename("draft", "a.zone");
  const auto files = watch_->stood();
  ASSERT_TRUE(files);
  EXPECT_EQ(files->front().is_roots, ::getuid() == 0);
  EXPECT_FALSE(files->back().is_roots);
}

TEST_F(FileWatchTest, ADirectoryThatIsNotThereIsAnError) {
  const auto begun = watch_file(root_.path(), "/var/lib/missing/a.zone");
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().where, "/var/lib/missing");
}

}  // namespace
}  // namespace labctl::host
