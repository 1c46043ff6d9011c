#include "labctl/host/doctor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "labctl/base/build_info.h"
#include "labctl/base/file.h"
#include "labctl/base/text.h"

namespace labctl::host {
namespace {

/// A machine on which everything is as it should be, until a test takes something away.
class Machine final : public Probe {
 public:
  bool root = true;
  std::set<std::string> paths{"/dev/loop-control",
                              "/proc/self/ns/net",
                              "/proc/self/ns/pid",
                              "/proc/self/ns/mnt",
                              "/proc/self/ns/uts",
                              "/proc/self/ns/ipc",
                              "/image"};
  std::set<std::string> writable{"/proc/sys/fs/inotify/max_user_instances"};
  std::map<std::string, std::string> files{{"/proc/sys/fs/inotify/max_user_instances", "128\n"},
                                           {"/proc/filesystems", "nodev\tproc\nnodev\toverlay\n\text4\n"},
                                           {"/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n"},
                                           {"/proc/meminfo", "MemTotal: 8000000 kB\nMemAvailable:    4000000 kB\n"}};
  std::uint64_t room = 100ULL << 30U;
  std::set<std::string> absent_programs;
  std::map<std::string, ProcessResult> programs{
      {"systemd-nspawn", {.out = "systemd 252 (252.30-1~deb12u2)\n"}},
      {"ip", {}},
      {"nft", {}},
      {"modprobe", {.exit_status = 1}},
  };

  bool is_root() const override { return root; }
  bool exists(const std::string& path) const override { return paths.contains(path); }
  bool can_write(const std::string& path) const override { return writable.contains(path); }
  std::optional<std::string> read(const std::string& path) const override {
    const auto found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  }
  std::uint64_t free_bytes(const std::string&) const override { return room; }
  bool has_program(const std::string& name) const override { return !absent_programs.contains(name); }
  std::optional<ProcessResult> run(const std::vector<std::string>& argv, const std::string&) const override {
    const auto found = programs.find(argv.front() == "unshare" ? argv.at(2) : argv.front());
    return found == programs.end() ? std::nullopt : std::optional(found->second);
  }
};

class Doctor : public ::testing::Test {
 protected:
  Machine machine;
  Needs needs{.hosts = 11, .inotify_instances = 8192, .image = "/image"};

  Finding finding(std::string_view what) const {
    const auto all = examine(machine, needs);
    const auto found = std::ranges::find(all, what, &Finding::what);
    return found == all.end() ? Finding{.what = "no such check"} : *found;
  }
  bool able() const { return lab_can_come_up(examine(machine, needs)); }
};

TEST_F(Doctor, AGoodMachineLacksNothing) {
  for (const auto& one : examine(machine, needs))
    EXPECT_EQ(one.health, one.what == "containment" ? Health::warning : Health::ok) << one.what << ": " << one.meaning;
  EXPECT_TRUE(able());
}

TEST_F(Doctor, EveryFindingThatIsNotGoodSaysWhatMendsIt) {
  const Machine good;
  machine.root = false;
  machine.paths.clear();
  machine.files.clear();
  machine.programs.clear();
  machine.room = 0;
  machine.absent_programs = {"ip"};
  for (const auto& one : examine(machine, needs)) {
    EXPECT_NE(one.health, Health::ok) << one.what;
    EXPECT_FALSE(one.meaning.empty()) << one.what;
    EXPECT_FALSE(one.mend.empty()) << one.what;
  }
  EXPECT_FALSE(able());
}

TEST_F(Doctor, NamesThePackagesOfProgramsThatAreAbsent) {
  machine.absent_programs = {"nsenter", "unshare", "nft"};
  EXPECT_EQ(finding("programs").health, Health::missing);
  EXPECT_EQ(finding("programs").meaning, "not installed: nft, nsenter, unshare");
  EXPECT_EQ(finding("programs").mend, "sudo apt-get install nftables util-linux");
}

TEST_F(Doctor, EveryPackageOfAProgramIsInstalledByBootstrap) {
  const auto text = read_file(std::string(source_directory()) + "/packages.txt");
  ASSERT_TRUE(text.has_value());
  const auto lines = lines_of(*text);
  for (const auto& program : programs())
    EXPECT_NE(std::ranges::find(lines, program.package), lines.end()) << program.package;
}

TEST_F(Doctor, AnOldSystemdCanNotBootHosts) {
  machine.programs["systemd-nspawn"].out = "systemd 241 (241)\n";
  EXPECT_EQ(finding("systemd-nspawn").health, Health::missing);
}

TEST_F(Doctor, InotifyIsMissingOnlyWhereItCanNotBeRaised) {
  EXPECT_EQ(finding("inotify").health, Health::ok);
  machine.writable.clear();
  EXPECT_EQ(finding("inotify").health, Health::warning);
  needs.hosts = 85;
  EXPECT_EQ(finding("inotify").health, Health::missing);
  EXPECT_EQ(finding("inotify").mend, "sudo sysctl fs.inotify.max_user_instances=8192");
  machine.files["/proc/sys/fs/inotify/max_user_instances"] = "8192\n";
  EXPECT_EQ(finding("inotify").health, Health::ok);
}

TEST_F(Doctor, AFileSystemMayComeAsAModule) {
  machine.files["/proc/filesystems"] = "nodev\tproc\n\text4\n";
  EXPECT_EQ(finding("overlay").health, Health::missing);
  EXPECT_EQ(finding("overlay").mend, "sudo modprobe overlay");
  machine.programs["modprobe"].exit_status = 0;
  EXPECT_EQ(finding("overlay").health, Health::ok);
}

TEST_F(Doctor, ARefusedTrialIsQuoted) {
  machine.programs["nft"] = {.exit_status = 1, .err = "Error: Could not process rule: Not supported\nmore\n"};
  EXPECT_EQ(finding("nftables").health, Health::missing);
  EXPECT_TRUE(finding("nftables").meaning.ends_with("Error: Could not process rule: Not supported"));
  machine.root = false;
  EXPECT_EQ(finding("nftables").health, Health::warning);
}

TEST_F(Doctor, BothVersionsOfControlGroupsAreKnown) {
  machine.files["/sys/fs/cgroup/cgroup.controllers"] = "cpu pids\n";
  EXPECT_EQ(finding("control groups").health, Health::missing);
  machine.files.erase("/sys/fs/cgroup/cgroup.controllers");
  EXPECT_EQ(finding("control groups").health, Health::missing);
  machine.paths.insert({"/sys/fs/cgroup/pids/cgroup.procs", "/sys/fs/cgroup/memory/cgroup.procs"});
  EXPECT_EQ(finding("control groups").health, Health::ok);
}

TEST_F(Doctor, SpaceIsForTheImageToo) {
  machine.room = 200ULL << 20U;
  EXPECT_EQ(finding("disk space").health, Health::warning);
  needs.image = "/not-built";
  EXPECT_EQ(finding("disk space").health, Health::missing);
  EXPECT_EQ(finding("base image").health, Health::warning);
}

TEST_F(Doctor, MemoryIsForSoManyHosts) {
  machine.files["/proc/meminfo"] = "MemAvailable: 1000000 kB\n";
  EXPECT_EQ(finding("memory").health, Health::warning);
  needs.hosts = 85;
  EXPECT_EQ(finding("memory").health, Health::missing);
  EXPECT_EQ(finding("memory").mend, "sudo labctl up -n 11");
  EXPECT_FALSE(able());
}

}  // namespace
}  // namespace labctl::host
