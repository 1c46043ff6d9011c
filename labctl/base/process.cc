#include "labctl/base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>

#include "labctl/base/file_descriptor.h"
#include "labctl/base/text.h"

namespace labctl {
namespace {

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("can't make a pipe", errno);
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// Everything that the child needs, made before fork(): after it only async-signal-safe calls are allowed.
struct Prepared {
  std::string path;
  std::vector<std::string> env_text;
  std::vector<char*> argv;
  std::vector<char*> env;
  std::vector<FileDescriptor> join;
};

Result<Prepared> prepare(const ProcessSpec& spec) {
  if (spec.argv.empty()) return lab_error("no program to run");
  Prepared prepared;
  // Looked up in the parent, so that the child has nothing to allocate.
  auto path = find_program(spec.argv.front());
  if (!path)
    return lab_error(fmt::format("program '{}' is not installed", spec.argv.front()), {},
                     "labctl doctor names the package that has it");
  prepared.path = *path;
  for (const auto& argument : spec.argv) prepared.argv.push_back(const_cast<char*>(argument.c_str()));
  prepared.argv.push_back(nullptr);
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto name = text.substr(0, text.find('='));
    if (std::ranges::none_of(spec.env, [&](const auto& pair) { return pair.first == name; }))
      prepared.env.push_back(*entry);
  }
  prepared.env_text.reserve(spec.env.size());
  for (const auto& [name, value] : spec.env) prepared.env_text.push_back(fmt::format("{}={}", name, value));
  for (auto& text : prepared.env_text) prepared.env.push_back(text.data());
  prepared.env.push_back(nullptr);
  for (const auto& file : spec.join) {
    FileDescriptor fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd) return system_error("can't open a cgroup", errno, file);
    prepared.join.push_back(std::move(fd));
  }
  return prepared;
}

[[noreturn]] void exec_child(const Prepared& prepared, std::span<const int, 3> streams, bool new_session, int report,
                             pid_t parent) {
  for (const auto& fd : prepared.join)
    if (::write(fd.get(), "0", 1) < 0) goto failed;
  if (new_session) {
    ::setsid();
  } else {
    ::setpgid(0, 0);
    // A helper of a killed labctl must not go on changing what the next one takes away.
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(127);
  }
  for (int i = 0; i < 3; ++i)
    if (::dup2(streams[static_cast<std::size_t>(i)], i) < 0) goto failed;
  {
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int number : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) ::signal(number, SIG_DFL);
  }
  // Descriptors that a library opened without O_CLOEXEC stay out of the child.
  ::syscall(SYS_close_range, 3U, ~0U, 1U << 2U);
  ::execve(prepared.path.c_str(), prepared.argv.data(), prepared.env.data());
failed:
  const int code = errno;
  [[maybe_unused]] const auto ignored = ::write(report, &code, sizeof code);
  ::_exit(127);
}

Result<pid_t> start(const ProcessSpec& spec, std::span<const int, 3> streams, bool new_session) {
  LABCTL_ASSIGN(const Prepared prepared, prepare(spec));
  LABCTL_ASSIGN(Pipe report, make_pipe());
  const pid_t self = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) return system_error(fmt::format("can't start {}", spec.argv.front()), errno);
  if (pid == 0) exec_child(prepared, streams, new_session, report.write.get(), self);
  report.write.reset();
  int code = 0;
  ssize_t count = 0;
  do {
    count = ::read(report.read.get(), &code, sizeof code);
  } while (count < 0 && errno == EINTR);
  if (count == static_cast<ssize_t>(sizeof code)) {
    ::waitpid(pid, nullptr, 0);
    return system_error(fmt::format("can't start {}", spec.argv.front()), code);
  }
  return pid;
}

int exit_status_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

void kill_group(pid_t pid) {
  if (::kill(-pid, SIGKILL) != 0) ::kill(pid, SIGKILL);
}

int reap(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return exit_status_of(status);
}

/// Copies between the child and memory until all its streams are closed.
Result<void> pump(const ProcessSpec& spec, FileDescriptor& input, FileDescriptor& out, FileDescriptor& err,
                  ProcessResult& result, Clock::Steady deadline, const std::stop_token& stop) {
  std::size_t written = 0;
  std::array<char, 65536> buffer;
  if (spec.input.empty()) input.reset();
  while (out || err || input) {
    if (stop.stop_requested())
      return std::unexpected(Error{ErrorKind::interrupted, fmt::format("interrupted {}", spec.argv.front()), {}, {}});
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - real_clock().now()).count();
    if (left <= 0)
      return timeout_error(fmt::format("'{}' did not end within {:.1f} s", join(spec.argv, " "),
                                       static_cast<double>(spec.timeout.count()) / 1000));
    std::array<pollfd, 3> polls{pollfd{out.get(), POLLIN, 0}, pollfd{err.get(), POLLIN, 0},
                                pollfd{input.get(), POLLOUT, 0}};
    // A stop request is noticed within a tenth of a second.
    if (::poll(polls.data(), polls.size(), static_cast<int>(std::min<long>(left, 100))) < 0) {
      if (errno == EINTR) continue;
      return system_error("poll", errno);
    }
    for (auto [poll, stream, text] :
         {std::tuple{polls[0], &out, &result.out}, std::tuple{polls[1], &err, &result.err}}) {
      if (!*stream || poll.revents == 0) continue;
      const ssize_t count = ::read(stream->get(), buffer.data(), buffer.size());
      if (count > 0) {
        if (text->size() + static_cast<std::size_t>(count) > spec.output_limit)
          return lab_error(fmt::format("'{}' printed more than {} bytes", spec.argv.front(), spec.output_limit));
        text->append(buffer.data(), static_cast<std::size_t>(count));
      } else if (count == 0 || errno != EINTR) {
        stream->reset();
      }
    }
    if (input && polls[2].revents != 0) {
      const ssize_t count = ::write(input.get(), spec.input.data() + written, spec.input.size() - written);
      if (count > 0) written += static_cast<std::size_t>(count);
      if ((count < 0 && errno != EINTR && errno != EAGAIN) || written == spec.input.size()) input.reset();
    }
  }
  return {};
}

}  // namespace

std::optional<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return name;
  const char* path = std::getenv("PATH");
  for (const auto& directory : split(path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin", ':')) {
    std::string candidate = directory + "/" + name;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  for (const char* directory : {"/usr/sbin", "/sbin"}) {
    std::string candidate = fmt::format("{}/{}", directory, name);
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return std::nullopt;
}

Result<ProcessResult> run_process(const ProcessSpec& spec, std::stop_token stop) {
  LABCTL_ASSIGN(Pipe input, make_pipe());
  LABCTL_ASSIGN(Pipe out, make_pipe());
  LABCTL_ASSIGN(Pipe err, make_pipe());
  ::fcntl(input.write.get(), F_SETFL, O_NONBLOCK);
  const std::array<int, 3> streams{input.read.get(), out.write.get(), err.write.get()};
  const auto deadline = real_clock().now() + spec.timeout;
  LABCTL_ASSIGN(const pid_t pid, start(spec, streams, false));
  input.read.reset();
  out.write.reset();
  err.write.reset();
  ProcessResult result;
  if (auto pumped = pump(spec, input.write, out.read, err.read, result, deadline, stop); !pumped) {
    kill_group(pid);
    reap(pid);
    return std::unexpected(std::move(pumped).error());
  }
  // A child that closed its streams but lives on is still bound by the deadline.
  FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (handle) {
    pollfd poll{handle.get(), POLLIN, 0};
    const auto left = std::chrono::duration_cast<Milliseconds>(deadline - real_clock().now()).count();
    if (::poll(&poll, 1, static_cast<int>(std::max<long>(left, 0))) == 0) {
      kill_group(pid);
      reap(pid);
      return timeout_error(fmt::format("'{}' did not end within {:.1f} s", join(spec.argv, " "),
                                       static_cast<double>(spec.timeout.count()) / 1000));
    }
  }
  result.exit_status = reap(pid);
  return result;
}

Result<std::string> run_checked(const ProcessSpec& spec, std::stop_token stop) {
  LABCTL_ASSIGN(ProcessResult result, run_process(spec, stop));
  if (result.exit_status == 0) return std::move(result.out);
  auto complaint = lines_of(result.err.empty() ? result.out : result.err);
  if (complaint.size() > 5) complaint.erase(complaint.begin(), complaint.end() - 5);
  return lab_error(fmt::format("'{}' ended with status {}: {}", join(spec.argv, " "), result.exit_status,
                               printable(join(complaint, " | "))));
}

Result<pid_t> spawn_detached(const ProcessSpec& spec, const std::string& output_file) {
  FileDescriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  FileDescriptor out(::open(output_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!null || !out) return system_error("can't open for output", errno, output_file);
  return start(spec, std::array<int, 3>{null.get(), out.get(), out.get()}, true);
}

Result<int> run_interactive(const ProcessSpec& spec) {
  LABCTL_ASSIGN(const Prepared prepared, prepare(spec));
  // The child stays in the terminal's foreground process group; labctl itself lets ^C pass to it.
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  struct sigaction old_interrupt{};
  struct sigaction old_quit{};
  ::sigaction(SIGINT, &ignore, &old_interrupt);
  ::sigaction(SIGQUIT, &ignore, &old_quit);
  // What is blocked is never ignored: it would be kept for whoever waits for it, who takes a ^C meant for the child.
  sigset_t of_keys;
  sigset_t old_mask;
  sigemptyset(&of_keys);
  for (int number : {SIGINT, SIGQUIT}) sigaddset(&of_keys, number);
  ::pthread_sigmask(SIG_UNBLOCK, &of_keys, &old_mask);
  const pid_t pid = ::fork();
  if (pid == 0) {
    for (const auto& fd : prepared.join)
      if (::write(fd.get(), "0", 1) < 0) ::_exit(127);
    sigset_t none;
    sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (int number : {SIGINT, SIGQUIT, SIGTERM, SIGPIPE}) ::signal(number, SIG_DFL);
    ::execve(prepared.path.c_str(), prepared.argv.data(), prepared.env.data());
    ::_exit(127);
  }
  const int code = errno;
  const int status = pid > 0 ? reap(pid) : 0;
  ::pthread_sigmask(SIG_SETMASK, &old_mask, nullptr);
  ::sigaction(SIGINT, &old_interrupt, nullptr);
  ::sigaction(SIGQUIT, &old_quit, nullptr);
  if (pid < 0) return system_error(fmt::format("can't start {}", spec.argv.front()), code);
  return status;
}

}  // namespace labctl
