#pragma once

#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/base/file_descriptor.h"

namespace labctl::lab {

/// The right to change something, for as long as this object lives; the kernel gives it back when its holder dies.
class Lock {
 public:
  Lock(std::string path, FileDescriptor fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  Lock(Lock&&) noexcept = default;
  Lock& operator=(Lock&&) noexcept = default;
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  std::string path_;
  FileDescriptor fd_;
};

/// For the verbs that change the lab as a whole: one at a time, and none while a participant is played, judged or
/// reset. Errors: `lab`, naming who holds it (process, command, start time).
Result<Lock> lock_lab(const std::string& lab);

/// For the verbs that play, judge or reset participants: one at a time for each participant, and none while the lab as
/// a whole is changed. Errors: as lock_lab().
Result<std::vector<Lock>> lock_participants(const std::string& lab, std::vector<std::string> participants);

}  // namespace labctl::lab
