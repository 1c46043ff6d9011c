#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/json.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::live {

/// A labctl that stands still at a stage of a step (labctl/lab/transition.h), so that something can go wrong just
/// there.
class StoppedLabctl {
 public:
  /// Starts `labctl ARGUMENTS` and returns when it stands still.
  StoppedLabctl(const std::vector<std::string>& arguments, std::string_view stage);
  /// One that still runs is killed.
  ~StoppedLabctl();
  StoppedLabctl(const StoppedLabctl&) = delete;
  StoppedLabctl& operator=(const StoppedLabctl&) = delete;

  /// False when it ended, or came to nothing, before the stage.
  [[nodiscard]] bool stands() const { return stands_; }
  /// Lets it go on to its end; its exit status, -1 when it has none.
  int go_on();
  /// What it has said so far.
  [[nodiscard]] std::string output() const;

 private:
  fakes::TemporaryDirectory directory_;
  pid_t pid_ = -1;
  bool stands_ = false;
};

/// A run of a scenario that stands still.
class StoppedRun {
 public:
  StoppedRun(const std::string& lab, const std::string& scenario, std::string_view stage)
      : json_(directory_.path() + "/run.json"), labctl_({"--lab", lab, "run", scenario, "--json", json_}, stage) {}

  [[nodiscard]] bool stands() const { return labctl_.stands(); }
  /// Lets it go on to its end; its JSON. An object without participants when it had none.
  Json go_on();

 private:
  fakes::TemporaryDirectory directory_;
  std::string json_;
  StoppedLabctl labctl_;
};

}  // namespace labctl::live
