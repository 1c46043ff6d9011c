#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/json.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::live {

/// A run of labctl that stands still at a stage of a step (labctl/lab/transition.h), so that something can go wrong
/// just there.
class StoppedRun {
 public:
  /// Starts `labctl --lab LAB run SCENARIO` and returns when it stands still.
  StoppedRun(const std::string& lab, const std::string& scenario, std::string_view stage);
  /// One that still runs is killed.
  ~StoppedRun();
  StoppedRun(const StoppedRun&) = delete;
  StoppedRun& operator=(const StoppedRun&) = delete;

  /// False when it ended, or came to nothing, before the stage.
  [[nodiscard]] bool stands() const { return stands_; }
  /// Lets it go on to its end; its JSON. An object without participants when it had none.
  Json go_on();

 private:
  fakes::TemporaryDirectory directory_;
  pid_t pid_ = -1;
  bool stands_ = false;
};

}  // namespace labctl::live
