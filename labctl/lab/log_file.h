#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "labctl/base/error.h"
#include "labctl/host/host.h"

namespace labctl::lab {

/// A log that grows on a host, read from where something began. Safe from several threads at once.
class LogFile {
 public:
  LogFile(host::Host& host, std::string path) : host_(host), path_(std::move(path)) {}

  /// Its size in bytes now, up to the end of its last whole line.
  Result<std::uint64_t> end();
  /// The whole lines from `offset` on.
  Result<std::string> since(std::uint64_t offset);
  /// False when what stood before `offset` is no line end: another file has come in its place.
  Result<bool> continues_at(std::uint64_t offset);

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  host::Host& host_;
  std::string path_;
  std::mutex mutex_;
  std::uint64_t known_end_ = 0;
};

}  // namespace labctl::lab
