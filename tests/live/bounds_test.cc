#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/live/laptop.h"
#include "tests/live/live_lab.h"

namespace labctl::live {
namespace {

constexpr const char* kOwnZone = "m001.mail.nic.example";

void expect_all_pass(const Json& run) {
  for (const auto& [step, outcome] : outcomes(run)) EXPECT_EQ(outcome, "pass") << step;
}

/// How often the kernel has refused the host another process; of cgroup v1 or v2.
unsigned long times_at_the_limit(const std::string& host) {
  for (const char* mount : {"/sys/fs/cgroup/pids", "/sys/fs/cgroup"})
    if (const auto events = read_file(fmt::format("{}/labctl/bounds/{}/pids.events", mount, host)))
      if (const auto at = events->find("max "); at != std::string::npos)
        return std::strtoul(events->c_str() + at + 4, nullptr, 10);
  return 0;
}

/// Where a host's own systemd keeps its control groups: each line of /proc/PID/cgroup that names its init.scope.
std::vector<std::string> groups_of_init(const std::string& lab, const std::string& host) {
  const auto leader = read_file(fmt::format("/run/labctl/{}/hosts/{}/leader", lab, host)).value_or("");
  std::vector<std::string> groups;
  for (const auto& line :
       lines_of(read_file(fmt::format("/proc/{}/cgroup", leader.substr(0, leader.find(' ')))).value_or("")))
    if (line.ends_with("/init.scope")) groups.push_back(line);
  return groups;
}

TEST(Bounds, NoHostSharesItsServicesControlGroups) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("groups", 1);
  for (const std::string host : {"filter", "island", "receiver.m001", "sender.m001"}) {
    const auto groups = groups_of_init(lab.name(), host);
    EXPECT_FALSE(groups.empty()) << host;
    for (const auto& group : groups)
      EXPECT_NE(group.find(fmt::format(":/labctl/groups/{}/", host)), std::string::npos) << group;
  }
}

TEST(Bounds, AHostThatGoesWildLeavesTheNeighboursVerdicts) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("bounds", 2);
  (void)lab({"exec", "receiver.m002", "--", "dd", "if=/dev/zero", "of=/var/full", "bs=1M"});
  const auto full = lab({"exec", "receiver.m002", "--", "dd", "if=/dev/zero", "of=/var/more", "bs=1M", "count=8"});
  EXPECT_NE(full.exit_status, 0) << "the disk of receiver.m002 has no bound";
  // Both are still at it while m001 is graded: systemd keeps them when exec has come back.
  lab.on("receiver.m002", "systemd-run --quiet --unit=eater perl -e 'my @a; while (1) { push @a, \"x\" x 1048576 }'");
  lab.on("sender.m002", "systemd-run --quiet --unit=forkbomb bash -c ':(){ :|:& };:; sleep 300'");
  expect_all_pass(lab.run({"hands-on", "-p", "m001"}));
  EXPECT_GT(times_at_the_limit("sender.m002"), 0U) << "the fork bomb met no bound";
}

TEST(Bounds, ABorrowedAddressCarriesNothing) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab("borrow", 1);
  const std::string probe =
      "swaks --timeout 5 --quit-after CONNECT --server receiver.m001.mail.nic.example --local-interface ";
  lab.on("rogue-mailer", probe + "198.18.0.251");
  // The sending host's address, which SPF allows: that host is away, so that nothing but the pin stands in the way.
  const auto link = split(lab({"exec", "sender.m001", "--", "ip", "-brief", "link", "show", "dev", "eth0"}).out, ' ');
  const auto mac = std::ranges::find_if(link, [](const std::string& word) { return word.starts_with("02:"); });
  ASSERT_NE(mac, link.end());
  lab.on("sender.m001", "ip link set eth0 down");
  lab.on("receiver.m001", "ip neighbour flush all");
  lab.on("rogue-mailer", "ip address add 198.18.1.12/15 dev eth0");
  const auto borrowed = [&] {
    return lab({"exec", "rogue-mailer", "--", "sh", "-c", probe + "198.18.1.12"}).exit_status;
  };
  EXPECT_NE(borrowed(), 0) << "with its own MAC";
  lab.on("rogue-mailer", fmt::format("ip link set eth0 address {}", *mac));
  EXPECT_NE(borrowed(), 0) << "with the sending host's MAC as well";
  // Its own address with that MAC carries nothing either; with its own it does again, so the probe is good.
  EXPECT_NE(lab({"exec", "rogue-mailer", "--", "sh", "-c", probe + "198.18.0.251"}).exit_status, 0);
  EXPECT_EQ(lab({"up", "-n", "1"}).exit_status, 0);  // Puts the cables in order.
  lab.on("rogue-mailer", probe + "198.18.0.251");
}

TEST(Bounds, IslandTakesAHundredLoginsAtOnce) {
  LABCTL_LIVE_OR_SKIP();
  Laptop laptop("labcrowd");
  const LiveLab lab("crowd", 1, {"--listen", Laptop::machine_address(), "--listen-port-base", "2400"});
  const fakes::TemporaryDirectory directory;
  ASSERT_EQ(lab({"credentials", "--write", directory.path()}).exit_status, 0);
  const auto crowd = laptop.run(
      {"sh", "-c",
       fmt::format("cd {}/m001 && seq 100 | xargs -P 100 -I N ssh -F ssh_config island echo N | sort -u | wc -l",
                   directory.path())});
  EXPECT_EQ(crowd.out, "100\n") << crowd.err;
}

TEST(Bounds, ListenLetsInAndNothingOut) {
  LABCTL_LIVE_OR_SKIP();
  Laptop laptop("labguest");
  const LiveLab lab("guest", 2, {"--listen", Laptop::machine_address(), "--listen-port-base", "2500"});
  const fakes::TemporaryDirectory directory;
  ASSERT_EQ(lab({"credentials", "--write", directory.path()}).exit_status, 0);
  laptop.log_in_with(directory.path() + "/m001");
  const std::string own = fmt::format("receiver.{}", kOwnZone);
  const std::string others = "receiver.m002.mail.nic.example";
  EXPECT_EQ(laptop.type(own, false, "id -un").out, "user-a\n");
  EXPECT_NE(laptop.type(others, false, "true").exit_status, 0) << "m001 came into m002's host";

  const auto way = Json::parse(lab({"credentials", "-p", "m001", "--json"}).out);
  const auto password = way.at(0).at("password").get<std::string>();
  const auto imap = [&](int port, const std::string& user) {
    return laptop
        .run({"curl", "--silent", "--show-error", "--insecure", "--ssl-reqd", "--max-time", "20", "--user",
              fmt::format("{}:{}", user, password), fmt::format("imap://{}:{}/", Laptop::machine_address(), port)})
        .exit_status;
  };
  EXPECT_EQ(imap(2501, fmt::format("user-a@{}", kOwnZone)), 0);
  EXPECT_EQ(imap(2502, "user-a@m002.mail.nic.example"), 67) << "m001's password opened m002's mailbox";

  // From inside, the laptop and this machine's end of its cable are out of reach.
  for (const auto& address : {Laptop::own_address(), Laptop::machine_address()}) {
    const auto out = lab({"exec", "island", "--", "bash", "-c",
                          fmt::format("ping -c 1 -W 2 {0} || exec 3<>/dev/tcp/{0}/2500", address)});
    EXPECT_NE(out.exit_status, 0) << address << " is reached from inside the lab";
  }
}

}  // namespace
}  // namespace labctl::live
