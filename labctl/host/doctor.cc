#include "labctl/host/doctor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "labctl/base/text.h"
#include "labctl/host/places.h"

namespace labctl::host {
namespace {

constexpr std::array kPrograms{
    Program{"ip", "iproute2"},
    Program{"mkfs.ext4", "e2fsprogs"},
    Program{"mmdebstrap", "mmdebstrap"},
    Program{"nft", "nftables"},
    Program{"nsenter", "util-linux"},
    Program{"ssh-keygen", "openssh-client"},
    Program{"systemd-nspawn", "systemd-container"},
    Program{"systemd-socket-activate", "systemd"},
    Program{"unshare", "util-linux"},
};

// Measured on a lab at rest, rounded up: 25 MB a host, and Rspamd with its compiled regular expressions.
constexpr std::uint64_t kMiB = 1ULL << 20U;
constexpr std::uint64_t kMemoryOfHost = 25 * kMiB;
constexpr std::uint64_t kMemoryOfFilter = 300 * kMiB;
// An image is built beside a draft's package files; a host writes some megabytes in a workshop, and may write 512.
constexpr std::uint64_t kDiskOfImage = 1500 * kMiB;
constexpr std::uint64_t kDiskOfHost = 16 * kMiB;
constexpr std::uint64_t kDiskOfHostAtMost = 512 * kMiB;
// --console=pipe came last of all that labctl asks of systemd-nspawn.
constexpr int kOldestSystemd = 242;
// systemd, dbus and journald of one host take about five.
constexpr std::size_t kInotifyOfHost = 5;

std::uint64_t number_in(std::string_view text) {
  std::uint64_t value = 0;
  const auto first = std::ranges::find_if(text, is_digit);
  std::from_chars(text.data() + (first - text.begin()), text.data() + text.size(), value);
  return value;
}

Finding good(std::string meaning) { return {.meaning = std::move(meaning)}; }
Finding worth_knowing(std::string meaning, std::string mend) {
  return {.health = Health::warning, .meaning = std::move(meaning), .mend = std::move(mend)};
}
Finding lacking(std::string meaning, std::string mend) {
  return {.health = Health::missing, .meaning = std::move(meaning), .mend = std::move(mend)};
}

Finding root(const Probe& probe, const Needs&) {
  if (probe.is_root()) return good("labctl runs as root");
  return lacking("labctl does not run as root: it makes namespaces, mounts and control groups", "sudo labctl up");
}

Finding installed(const Probe& probe, const Needs&) {
  std::vector<std::string> names;
  std::vector<std::string> packages;
  for (const auto& program : kPrograms) {
    if (probe.has_program(std::string(program.name))) continue;
    names.emplace_back(program.name);
    if (std::ranges::find(packages, program.package) == packages.end()) packages.emplace_back(program.package);
  }
  if (names.empty()) return good(fmt::format("all {} that labctl starts are installed", kPrograms.size()));
  return lacking(fmt::format("not installed: {}", join(names, ", ")),
                 fmt::format("sudo apt-get install {}", join(packages, " ")));
}

Finding systemd(const Probe& probe, const Needs&) {
  const auto told = probe.run({"systemd-nspawn", "--version"}, "");
  if (!told || told->exit_status != 0)
    return lacking("systemd-nspawn, which boots the hosts, can't be run", "sudo apt-get install systemd-container");
  const auto version = number_in(told->out);
  if (version >= kOldestSystemd) return good(fmt::format("systemd-nspawn is of version {}", version));
  return lacking(fmt::format("systemd-nspawn is of version {}; labctl needs {} or later", version, kOldestSystemd),
                 "upgrade this machine to Debian 12");
}

Finding inotify(const Probe& probe, const Needs& needs) {
  static const std::string file = "/proc/sys/fs/inotify/max_user_instances";
  const auto text = probe.read(file);
  if (!text) return lacking("the kernel has no inotify, which systemd needs", "boot a kernel of Debian");
  const auto now = number_in(*text);
  const auto wanted = needs.hosts * kInotifyOfHost;
  if (now >= static_cast<std::uint64_t>(needs.inotify_instances))
    return good(fmt::format("fs.inotify.max_user_instances is {}", now));
  // Only for root a file that can't be written is one that never can.
  if (!probe.is_root() || probe.can_write(file))
    return good(fmt::format("fs.inotify.max_user_instances is {}; labctl up raises it to {}, down puts it back", now,
                            needs.inotify_instances));
  const auto mend = fmt::format("sudo sysctl fs.inotify.max_user_instances={}", needs.inotify_instances);
  if (now >= wanted)
    return worth_knowing(fmt::format("fs.inotify.max_user_instances is {} and can't be set from here: enough for {} "
                                     "hosts, but other programs take of it too",
                                     now, needs.hosts),
                         mend);
  return lacking(fmt::format("fs.inotify.max_user_instances is {} and can't be set from here; {} hosts need {}", now,
                             needs.hosts, wanted),
                 mend);
}

/// A file system is there, or its module is and comes when it is mounted.
Finding file_system(const Probe& probe, const std::string& name, const char* use) {
  const auto known = probe.read("/proc/filesystems");
  if (known)
    for (const auto& line : lines_of(*known))
      if (line.ends_with("\t" + name)) return good(fmt::format("the kernel has {}", name));
  const auto module = probe.run({"modprobe", "--dry-run", "--quiet", name}, "");
  if (module && module->exit_status == 0) return good(fmt::format("the kernel has {} as a module", name));
  return lacking(fmt::format("the kernel has no {}: {}", name, use), fmt::format("sudo modprobe {}", name));
}

Finding overlay(const Probe& probe, const Needs&) {
  return file_system(probe, "overlay", "a host's root is an overlay over the base image");
}
Finding ext4(const Probe& probe, const Needs&) { return file_system(probe, "ext4", "a host's own disk is of it"); }

Finding loop(const Probe& probe, const Needs&) {
  if (probe.exists("/dev/loop-control")) return good("there are loop devices");
  return lacking("there is no /dev/loop-control: a host's capped disk is a file on a loop device",
                 "sudo modprobe loop");
}

Finding namespaces(const Probe& probe, const Needs&) {
  std::vector<std::string> absent;
  for (const char* name : {"net", "pid", "mnt", "uts", "ipc"})
    if (!probe.exists(fmt::format("/proc/self/ns/{}", name))) absent.emplace_back(name);
  if (absent.empty()) return good("the kernel has network, process and mount namespaces");
  return lacking(fmt::format("the kernel lacks namespaces: {}", join(absent, ", ")), "boot a kernel of Debian");
}

/// Tried in a namespace that is gone with the trial.
Finding tried(const Probe& probe, std::vector<std::string> argv, const std::string& input, const char* what,
              const char* mend) {
  if (!probe.is_root()) return worth_knowing(fmt::format("{}: only root can try it", what), "sudo labctl doctor");
  argv.insert(argv.begin(), {"unshare", "--net"});
  const auto result = probe.run(argv, input);
  if (result && result->exit_status == 0) return good(fmt::format("{}: tried, works", what));
  const std::string complaint = result ? printable(trim(result->err)) : "can't be tried";
  return lacking(fmt::format("{}: {}", what, complaint.substr(0, complaint.find('\n'))), mend);
}

Finding bridge(const Probe& probe, const Needs&) {
  return tried(probe, {"ip", "-batch", "-"},
               "link add lab0 type bridge\nlink add name veth0 type veth peer name veth1\n",
               "bridge and veth, the lab's network", "sudo modprobe --all bridge veth");
}

Finding nftables(const Probe& probe, const Needs&) {
  return tried(probe, {"nft", "-f", "-"},
               "table bridge lab { chain in { type filter hook prerouting priority filter; policy drop;\n"
               "ether type arp arp saddr ip 198.18.0.1 accept\n}\n}\n",
               "nftables for bridges, which pins each host's address", "sudo modprobe --all nf_tables nft_meta_bridge");
}

Finding control_groups(const Probe& probe, const Needs&) {
  std::vector<std::string> absent;
  const auto unified = probe.read("/sys/fs/cgroup/cgroup.controllers");
  for (const std::string name : {"pids", "memory"}) {
    const auto has = [&](const std::vector<std::string>& words) {
      return std::ranges::find(words, name) != words.end();
    };
    if (unified ? !has(split(trim(*unified), ' ')) : !probe.exists(fmt::format("/sys/fs/cgroup/{}/cgroup.procs", name)))
      absent.push_back(name);
  }
  const char* version = unified ? "v2" : "v1";
  if (absent.empty()) return good(fmt::format("control groups {} bound processes and memory of each host", version));
  return lacking(fmt::format("control groups ({}) have no controller for {}: a host could take the whole machine",
                             version, join(absent, ", ")),
                 "sudo sed -i 's/^GRUB_CMDLINE_LINUX=\"/&cgroup_enable=memory /' /etc/default/grub && sudo update-grub "
                 "&& sudo reboot");
}

Finding disk(const Probe& probe, const Needs& needs) {
  const bool built = probe.exists(needs.image);
  const auto room = probe.free_bytes(kDiskRoot);
  const auto wanted = (built ? 0 : kDiskOfImage) + needs.hosts * kDiskOfHost;
  const auto most = (built ? 0 : kDiskOfImage) + needs.hosts * kDiskOfHostAtMost;
  const auto has = fmt::format("{} MiB are free below {}", room / kMiB, kDiskRoot);
  const std::string mend = fmt::format("df -h {}; sudo apt-get clean", kDiskRoot);
  if (room < wanted)
    return lacking(
        fmt::format("{}; {} hosts{} need {} MiB", has, needs.hosts, built ? "" : " and their image", wanted / kMiB),
        mend);
  if (room < most)
    return worth_knowing(fmt::format("{}: enough, unless hosts fill their disks ({} MiB at most)", has, most / kMiB),
                         mend);
  return good(has);
}

Finding memory(const Probe& probe, const Needs& needs) {
  std::uint64_t room = 0;
  for (const auto& line : lines_of(probe.read("/proc/meminfo").value_or("")))
    if (line.starts_with("MemAvailable:")) room = number_in(line) * 1024;
  const auto wanted = kMemoryOfFilter + needs.hosts * kMemoryOfHost;
  const auto has =
      fmt::format("{} MiB are available, {} hosts take about {} MiB", room / kMiB, needs.hosts, wanted / kMiB);
  // Two hosts a participant, five for all of them.
  const auto fit = room / kMiB < 475 ? 0 : ((room - kMemoryOfFilter) / kMemoryOfHost - 5) / 2;
  const auto mend = fit > 0 ? fmt::format("sudo labctl up -n {}", fit) : std::string("free -m; end what takes it");
  if (room < wanted) return lacking(has, mend);
  if (room < 2 * wanted) return worth_knowing(has + ": tight under load", mend);
  return good(has);
}

Finding image(const Probe& probe, const Needs& needs) {
  if (probe.exists(needs.image)) return good("the base image of the hosts is built");
  return worth_knowing(
      "the base image of the hosts is not built yet: the first labctl up makes it from Debian's "
      "packages and needs the network for that",
      "sudo labctl up");
}

Finding containment(const Probe&, const Needs&) {
  return worth_knowing(
      "root inside a lab host is not contained by a user namespace: it could break out to this machine",
      "vagrant up, to have the lab in a machine of its own, if you don't trust the participants");
}

constexpr std::array kChecks{
    Check{"root", &root},
    Check{"programs", &installed},
    Check{"systemd-nspawn", &systemd},
    Check{"inotify", &inotify},
    Check{"overlay", &overlay},
    Check{"ext4", &ext4},
    Check{"loop devices", &loop},
    Check{"namespaces", &namespaces},
    Check{"bridge", &bridge},
    Check{"nftables", &nftables},
    Check{"control groups", &control_groups},
    Check{"disk space", &disk},
    Check{"memory", &memory},
    Check{"base image", &image},
    Check{"containment", &containment},
};

}  // namespace

std::string_view name_of(Health health) {
  static constexpr std::array<std::string_view, 3> kNames{"ok", "warning", "missing"};
  return kNames[static_cast<std::size_t>(health)];
}

std::span<const Check> checks() { return kChecks; }

std::span<const Program> programs() { return kPrograms; }

std::vector<Finding> examine(const Probe& probe, const Needs& needs) {
  std::vector<Finding> findings;
  for (const auto& check : kChecks) {
    auto finding = check.look(probe, needs);
    finding.what = check.name;
    findings.push_back(std::move(finding));
  }
  return findings;
}

bool lab_can_come_up(std::span<const Finding> findings) {
  return std::ranges::none_of(findings, [](const Finding& finding) { return finding.health == Health::missing; });
}

}  // namespace labctl::host
