#pragma once

#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>

#include "labctl/base/error.h"
#include "labctl/base/language.h"

namespace CLI {
class App;
}

namespace labctl::cli {

/// The flags that stand before the verb, as every verb sees them once the command line is parsed.
struct Context {
  std::string lab = "default";  ///< --lab
  std::string lab_file;         ///< --file: lab.toml; empty: ./lab.toml when it is there
  bool quiet = false;           ///< --quiet: no progress
  Language language = Language::en;
  std::stop_token stop;      ///< requested on SIGINT and SIGTERM
  std::string command_line;  ///< for the lock's holder line
};

/// What a verb does once its flags are parsed; the value is the exit code.
using Action = std::function<Result<int>()>;

/// One verb of the program. A new one is one new file and one row of the table in verb_table.cc.
struct Verb {
  std::string_view name;
  std::string_view summary;
  /// Declares flags on `app` (in storage that the returned action owns). `context` outlives the action.
  Action (*declare)(CLI::App& app, const Context& context);
};

std::span<const Verb> verbs();

}  // namespace labctl::cli
