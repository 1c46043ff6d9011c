#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/lab/hosts.h"
#include "labctl/topology/topology.h"

namespace labctl::fakes {

/// Sockets of the test's own network.
class OwnSockets final : public SocketSource {
 public:
  Result<FileDescriptor> open(int family, int type) override {
    FileDescriptor fd(::socket(family, type | SOCK_CLOEXEC, 0));
    if (!fd) return system_error("can't make a socket", errno);
    return fd;
  }
};

/// A host in memory: files, and a handler for the programs that are run.
class FakeHost final : public host::Host {
 public:
  Result<ProcessResult> run(const host::Command& command) override {
    ran.push_back(command.argv);
    if (on_run) return on_run(command);
    return ProcessResult{.exit_status = 0, .out = "7\n", .err = {}};
  }
  Result<void> put(std::span<const host::File> files) override {
    for (const auto& file : files) write(file.path, file.content);
    return {};
  }
  Result<std::string> get(std::string_view path, std::uint64_t offset) override {
    const std::scoped_lock lock(mutex_);
    const auto found = files_.find(path);
    if (found == files_.end()) return system_error("can't read the file", ENOENT, std::string(path));
    return offset < found->second.size() ? found->second.substr(offset) : std::string{};
  }
  std::shared_ptr<SocketSource> sockets() override { return std::make_shared<OwnSockets>(); }
  Result<std::string> unix_socket(std::string_view path) override { return "/nonexistent" + std::string(path); }
  Result<std::unique_ptr<host::FileWatch>> watch(std::string_view path) override {
    const std::scoped_lock lock(mutex_);
    auto& stood = stood_[std::string(path)];
    stood = std::make_shared<Stood>();
    if (const auto found = files_.find(path); found != files_.end()) stood->push_back({found->first, found->second});
    return std::make_unique<FakeWatch>(*this, stood);
  }

  [[nodiscard]] std::string file(const std::string& path) {
    const std::scoped_lock lock(mutex_);
    return files_[path];
  }
  /// Puts another file at the path. @param from its name in that directory before; no `content`: nobody could open it
  void write(const std::string& path, std::optional<std::string> content, const std::string& from = {},
             bool by_root = false) {
    const std::scoped_lock lock(mutex_);
    files_[path] = content.value_or("");
    if (const auto found = stood_.find(path); found != stood_.end())
      found->second->push_back({from, std::move(content), by_root});
  }
  /// Writes into the file that is there.
  void append(const std::string& path, std::string_view text) {
    const std::scoped_lock lock(mutex_);
    files_[path] += text;
    if (const auto found = stood_.find(path); found != stood_.end() && !found->second->empty())
      found->second->back().content = files_[path];
  }

  std::function<Result<ProcessResult>(const host::Command&)> on_run;
  std::vector<std::vector<std::string>> ran;

 private:
  using Stood = std::vector<host::StoodFile>;
  class FakeWatch final : public host::FileWatch {
   public:
    FakeWatch(FakeHost& host, std::shared_ptr<const Stood> stood) : host_(host), stood_(std::move(stood)) {}
    Result<Stood> stood() override {
      const std::scoped_lock lock(host_.mutex_);
      return *stood_;
    }

   private:
    FakeHost& host_;
    std::shared_ptr<const Stood> stood_;
  };

  std::mutex mutex_;
  std::map<std::string, std::string, std::less<>> files_;
  std::map<std::string, std::shared_ptr<Stood>> stood_;  ///< of each path that was watched
};

/// The hosts of a lab table, all in memory.
class FakeHosts final : public lab::Hosts {
 public:
  explicit FakeHosts(const topology::Topology& topology) : topology_(topology) {
    for (const auto& host : topology.hosts) hosts_.emplace(host.name, std::make_unique<FakeHost>());
  }
  Result<host::Host*> find(std::string_view name) override {
    const auto* spec = topology_.find_host(name);
    if (spec == nullptr) return usage_error("the lab has no host '" + std::string(name) + "'");
    return hosts_.at(spec->name).get();
  }
  FakeHost& operator[](const std::string& name) { return *hosts_.at(name); }

 private:
  const topology::Topology& topology_;
  std::map<std::string, std::unique_ptr<FakeHost>, std::less<>> hosts_;
};

}  // namespace labctl::fakes
