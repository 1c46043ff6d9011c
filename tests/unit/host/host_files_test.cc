#include "labctl/host/host_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <ctime>

#include "labctl/base/file.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::host {
namespace {

/// A root whose user owns what is put there, so that the test needs no root of its own.
void write_accounts(const std::string& root) {
  ASSERT_TRUE(make_directories(root + "/etc"));
  ASSERT_TRUE(write_file(root + "/etc/passwd", "me:x:" + std::to_string(::getuid()) + ":0:::\n"));
  ASSERT_TRUE(write_file(root + "/etc/group", "me:x:" + std::to_string(::getgid()) + ":\n"));
}

// Postfix waits at each start until its configuration has been left alone for a while.
TEST(HostFiles, AFileCanBeOlderThanItIs) {
  const fakes::TemporaryDirectory root;
  write_accounts(root.path());
  const std::array files{File{.path = "/etc/some.cf", .content = "x = 1\n", .owner = "me", .group = "me"}};
  const auto age_of = [&] {
    struct stat info{};
    EXPECT_EQ(::stat((root.path() + "/etc/some.cf").c_str(), &info), 0);
    return std::time(nullptr) - info.st_mtim.tv_sec;
  };
  ASSERT_TRUE(put_files(root.path(), files));
  EXPECT_LT(age_of(), 90);
  ASSERT_TRUE(put_files(root.path(), files, std::chrono::seconds(100)));
  EXPECT_GE(age_of(), 100);
  EXPECT_EQ(read_file(root.path() + "/etc/some.cf").value_or(""), "x = 1\n");
}

}  // namespace
}  // namespace labctl::host
