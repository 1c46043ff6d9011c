#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <future>

#include "labctl/base/clock.h"
#include "labctl/base/file.h"
#include "labctl/base/file_descriptor.h"
#include "labctl/base/wait_until.h"
#include "labctl/host/places.h"
#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

/// The kernel lock of a labctl that is at work: of the lab, or of one participant.
FileDescriptor hold(const std::string& name) {
  const std::string path = fmt::format("{}/{}.lock", host::kStateRoot, name);
  FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  EXPECT_EQ(::flock(fd.get(), LOCK_EX | LOCK_NB), 0);
  const std::string holder = "'labctl of the test' (process 1, since then)\n";
  EXPECT_EQ(::pwrite(fd.get(), holder.data(), holder.size(), 0), static_cast<ssize_t>(holder.size()));
  return fd;
}

void expect_refused(const LiveLab& lab, const std::vector<std::string>& arguments, const std::string& holder) {
  const auto result = lab(arguments);
  EXPECT_EQ(result.exit_status, 3) << arguments.front() << result.out;
  EXPECT_NE(result.err.find("is being changed by " + holder), std::string::npos) << arguments.front() << result.err;
}

TEST(OneAtATime, AVerbThatChangesTheLabNamesWhoIsAtItAndReadersNeverWait) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("turns", 2);
  const std::string tester = "'labctl of the test' (process 1, since then)";
  {
    const auto held = hold("turns");
    expect_refused(lab, {"up", "-n", "2"}, tester);
    expect_refused(lab, {"down"}, tester);
    expect_refused(lab, {"run", "hands-on/0-preparation"}, tester);
    expect_refused(lab, {"reset", "-p", "m001"}, tester);
    EXPECT_EQ(lab({"status"}).exit_status, 0);
    EXPECT_EQ(lab({"zone", "show", "m001.mail.nic.example"}).exit_status, 0);
  }
  {
    const auto held = hold("turns.m001");
    expect_refused(lab, {"down"}, tester);
    expect_refused(lab, {"run", "hands-on/0-preparation", "-p", "m001"}, tester);
    expect_refused(lab, {"reset", "-p", "m001"}, tester);
    EXPECT_EQ(lab.run({"hands-on/0-preparation", "-p", "m002"}).at("outcome"), "pass");
  }
  // And by its own words: who, what, since when.
  auto run = std::async(std::launch::async, [&] { return lab.run({"hands-on", "-p", "m001"}); });
  const std::string file = fmt::format("{}/turns.m001.lock", host::kStateRoot);
  ASSERT_TRUE(wait_until(real_clock(), {.total = Milliseconds{20'000}}, "the run to begin", [&]() -> Result<bool> {
    return read_file(file).value_or("").find(" run hands-on") != std::string::npos;
  }));
  const auto refused = lab({"down"});
  for (const char* part : {" --lab turns run hands-on", "(process ", ", since 20"})
    EXPECT_NE(refused.err.find(part), std::string::npos) << refused.err;
  EXPECT_EQ(run.get().at("outcome"), "pass") << "the refused `down` did something";
}

}  // namespace
}  // namespace labctl::live
