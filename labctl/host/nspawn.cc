#include "labctl/host/nspawn.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <mutex>
#include <optional>

#include "labctl/base/file.h"
#include "labctl/base/file_descriptor.h"
#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/host/host_files.h"
#include "labctl/host/netns.h"

namespace labctl::host {
namespace {

// What a mail host never needs; root inside is contained by little else where user namespaces are missing.
constexpr const char* kDropped =
    "CAP_MKNOD,CAP_LINUX_IMMUTABLE,CAP_SYS_TTY_CONFIG,CAP_LEASE,CAP_IPC_OWNER,CAP_AUDIT_CONTROL,CAP_SYS_PTRACE,"
    "CAP_NET_BROADCAST";

constexpr std::chrono::milliseconds kKnown{100};

std::string leader_file(const NspawnMachine& machine) { return machine.places.directory + "/leader"; }
std::string console_file(const NspawnMachine& machine) { return machine.places.directory + "/console"; }

/// Field 22 of /proc/PID/stat (proc(5)): with it a process id can't be mistaken for a later process of that number.
std::string start_time_of(int pid) {
  const auto stat = read_file(fmt::format("/proc/{}/stat", pid));
  if (!stat) return {};
  const auto after_name = stat->rfind(')');
  if (after_name == std::string::npos) return {};
  const auto fields = split(std::string_view(*stat).substr(after_name + 2), ' ');
  // A zombie is no running container.
  return fields.size() > 19 && fields[0] != "Z" ? fields[19] : std::string{};
}

/// Process id of the container's systemd.
std::optional<int> leader_of(const NspawnMachine& machine) {
  const auto text = read_file(leader_file(machine));
  if (!text) return std::nullopt;
  const auto fields = split(trim(*text), ' ');
  int pid = 0;
  if (fields.size() != 2 ||
      std::from_chars(fields[0].data(), fields[0].data() + fields[0].size(), pid).ec != std::errc())
    return std::nullopt;
  if (fields[1].empty() || start_time_of(pid) != fields[1]) return std::nullopt;
  return pid;
}

std::unexpected<Error> not_running(const NspawnMachine& machine) {
  return lab_error("the host is not running", machine.name,
                   fmt::format("labctl --lab {} up starts it again", machine.lab));
}

Result<FileDescriptor> notify_socket(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return lab_error("the path of the notify socket is too long", path);
  path.copy(address.sun_path, path.size());
  ::unlink(path.c_str());
  FileDescriptor fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd || ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
    return system_error("can't make the notify socket", errno, path);
  return fd;
}

std::string last_lines(const std::string& file, std::size_t count) {
  auto lines = lines_of(read_file(file).value_or(""));
  if (lines.size() > count) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(count));
  return printable(join(lines, "\n  "));
}

/// Waits for READY=1 (sd_notify(3)); keeps the leader's process id as soon as it is told.
Result<void> await_ready(const NspawnMachine& machine, const FileDescriptor& notify, pid_t nspawn, Clock& clock,
                         Milliseconds patience, const std::stop_token& stop) {
  const auto deadline = clock.now() + patience;
  std::array<char, 4096> buffer;
  while (clock.now() < deadline) {
    if (stop.stop_requested())
      return std::unexpected(Error{ErrorKind::interrupted, "interrupted while the host booted", machine.name, {}});
    pollfd poll{notify.get(), POLLIN, 0};
    if (::poll(&poll, 1, 100) > 0) {
      const ssize_t count = ::recv(notify.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      bool ready = false;
      for (const auto& line :
           lines_of(std::string_view(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(count, 0))))) {
        if (line.starts_with("X_NSPAWN_LEADER_PID=")) {
          const std::string pid = line.substr(20);
          LABCTL_TRY(
              write_file(leader_file(machine), fmt::format("{} {}\n", pid, start_time_of(std::stoi(pid))), 0600));
        }
        ready = ready || line == "READY=1";
      }
      if (ready) return {};
    } else if (start_time_of(nspawn).empty()) {
      return lab_error(fmt::format("the host ended while it booted:\n  {}", last_lines(console_file(machine), 15)),
                       machine.name, "labctl doctor tells what the machine lacks");
    }
  }
  return timeout_error(fmt::format("the host did not finish booting within {} s:\n  {}", patience.count() / 1000,
                                   last_lines(console_file(machine), 15)),
                       machine.name);
}

class NspawnHost final : public Host {
 public:
  explicit NspawnHost(NspawnMachine machine)
      : machine_(std::move(machine)), sockets_(sockets_in(machine_.places.netns)) {}

  Result<ProcessResult> run(const Command& command) override {
    auto argv = inside(machine_, command.argv);
    if (argv.empty()) return not_running(machine_);
    return run_process({.argv = std::move(argv),
                        .input = command.input,
                        .join = machine_.cgroup().join_files(),
                        .timeout = command.timeout});
  }
  Result<void> put(std::span<const File> files) override { return put_files(root(), files); }
  Result<std::string> get(std::string_view path, std::uint64_t offset) override {
    auto content = get_file(root_for_reading(), path, offset);
    if (!content) content.error().where = fmt::format("{}:{}", machine_.name, path);
    return content;
  }
  std::shared_ptr<SocketSource> sockets() override { return sockets_; }
  Result<std::string> unix_socket(std::string_view path) override {
    const auto leader = leader_of(machine_);
    if (!leader) return not_running(machine_);
    // Sockets are made on file systems that only the container sees (/run): reached through its leader.
    return fmt::format("/proc/{}/root{}", *leader, path);
  }
  Result<std::unique_ptr<FileWatch>> watch(std::string_view path) override {
    auto begun = watch_file(root(), path);
    if (!begun) begun.error().where = fmt::format("{}:{}", machine_.name, path);
    return begun;
  }

 private:
  [[nodiscard]] std::string root() const {
    const auto leader = leader_of(machine_);
    return leader ? fmt::format("/proc/{}/root", *leader) : machine_.places.root;
  }

  /// A log that grows is read every few milliseconds; which process the leader is need not be found out each time.
  /// That of a container that ended meanwhile has no root any more.
  std::string root_for_reading() {
    const std::scoped_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (!known_root_.empty() && now - known_at_ < kKnown && ::access(known_root_.c_str(), F_OK) == 0)
      return known_root_;
    known_at_ = now;
    return known_root_ = root();
  }

  NspawnMachine machine_;
  std::shared_ptr<SocketSource> sockets_;
  std::mutex mutex_;
  std::string known_root_;
  std::chrono::steady_clock::time_point known_at_;
};

}  // namespace

Result<void> boot(const NspawnMachine& machine, Clock& clock, Milliseconds patience, std::stop_token stop) {
  const std::string socket = machine.places.directory + "/notify";
  LABCTL_ASSIGN(const auto notify, notify_socket(socket));
  ::unlink(leader_file(machine).c_str());
  LABCTL_ASSIGN(const pid_t nspawn,
                spawn_detached({.argv = {"systemd-nspawn", "--quiet", "--boot", "--register=no", "--keep-unit",
                                         "--directory=" + machine.places.root, "--machine=" + machine.name,
                                         "--hostname=" + machine.fqdn, "--notify-ready=yes", "--resolv-conf=off",
                                         "--timezone=off", "--link-journal=no", "--console=pipe",
                                         "--network-namespace-path=/run/netns/" + machine.places.netns,
                                         fmt::format("--drop-capability={}", kDropped)},
                                .env = {{"NOTIFY_SOCKET", socket}},
                                .join = machine.cgroup().join_files()},
                               console_file(machine)));
  return await_ready(machine, notify, nspawn, clock, patience, stop);
}

bool is_running(const NspawnMachine& machine) { return leader_of(machine).has_value(); }

std::unique_ptr<Host> nspawn_host(const NspawnMachine& machine) { return std::make_unique<NspawnHost>(machine); }

std::vector<std::string> inside(const NspawnMachine& machine, const std::vector<std::string>& argv) {
  const auto leader = leader_of(machine);
  if (!leader) return {};
  const char* term = std::getenv("TERM");
  std::vector<std::string> whole{"nsenter",
                                 fmt::format("--target={}", *leader),
                                 "--all",
                                 "--root",
                                 "--wdns=/",
                                 "--",
                                 "env",
                                 "-i",
                                 "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                 "HOME=/root",
                                 "USER=root",
                                 "LANG=C.UTF-8",
                                 "SHELL=/bin/bash",
                                 fmt::format("TERM={}", term != nullptr ? term : "dumb")};
  whole.insert(whole.end(), argv.begin(), argv.end());
  return whole;
}

}  // namespace labctl::host
