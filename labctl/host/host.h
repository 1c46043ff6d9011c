#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/endpoint.h"
#include "labctl/base/error.h"
#include "labctl/base/process.h"
#include "labctl/host/file_watch.h"

namespace labctl::host {

/// A file of a host, as a service wants it.
struct File {
  enum class Kind { regular, directory, symlink };
  std::string path;     ///< absolute, inside the host
  std::string content;  ///< of a regular file; the target of a symlink
  unsigned mode = 0644;
  std::string owner = "root";  ///< names of the host's own /etc/passwd and /etc/group
  std::string group = "root";
  Kind kind = Kind::regular;
};

/// A program to run inside a host, as root, in the host's own cgroup; never through a shell.
struct Command {
  std::vector<std::string> argv;
  std::string input;
  Milliseconds timeout{30'000};
};

/// A lab host seen from the controller: only a transport. Same calls for a container here and for a machine
/// elsewhere. Every call is safe from several threads at once.
class Host {
 public:
  virtual ~Host() = default;
  /// A non-zero exit status is a result. Errors: the host is down, timeout.
  virtual Result<ProcessResult> run(const Command& command) = 0;
  /// Writes files, with missing parent directories. Also before the host is booted.
  virtual Result<void> put(std::span<const File> files) = 0;
  /// A file's content from `offset` on.
  virtual Result<std::string> get(std::string_view path, std::uint64_t offset = 0) = 0;
  /// Sockets that leave from this host: the peer sees this host's address.
  virtual std::shared_ptr<SocketSource> sockets() = 0;
  /// A path that the controller can connect to for the Unix socket `path` of the host.
  virtual Result<std::string> unix_socket(std::string_view path) = 0;
  /// Keeps hold of the files that stand at `path` from now on, as long as the value lives.
  virtual Result<std::unique_ptr<FileWatch>> watch(std::string_view path) = 0;
};

}  // namespace labctl::host
