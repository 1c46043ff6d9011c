#include "labctl/cli/run.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <map>
#include <optional>
#include <thread>

#include "labctl/base/build_info.h"
#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verb.h"

namespace labctl::cli {
namespace {

constexpr int kUsage = 2;
constexpr int kInterrupted = 130;

/// Turns the first SIGINT or SIGTERM into a request to stop, and ends the program at the second.
class Interrupts {
 public:
  Interrupts() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM}) sigaddset(&set, number);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
    // The thread lives as long as the process: nothing else may take these signals.
    std::thread([this, set] {
      for (int seen = 0;; ++seen) {
        int number = 0;
        if (::sigwait(&set, &number) != 0) return;
        if (seen > 0) ::_exit(kInterrupted);
        source_.request_stop();
      }
    }).detach();
  }
  std::stop_token token() { return source_.get_token(); }

 private:
  std::stop_source source_;
};

std::string command_line_of(int argc, const char* const* argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) line += fmt::format("{}{}", i == 0 ? "" : " ", argv[i]);
  return line;
}

/// Where the verb, or its sub-verb, was asked to put its JSON: "-" for standard output (--json, or --json -), or a
/// file; empty: nowhere.
std::string json_goes_to(const CLI::App& verb) {
  for (const auto* sub : verb.get_subcommands())
    if (auto file = json_goes_to(*sub); !file.empty()) return file;
  const auto* option = verb.get_option_no_throw("--json");
  if (option == nullptr || option->count() == 0) return {};
  return option->get_items_expected_max() == 0 ? "-" : option->results().back();
}

int tell(const Error& error, const CLI::App& verb) {
  complain(fmt::format("labctl: {}\n", render(error)));
  // An older result left in the file would be taken for this one's.
  if (const auto file = json_goes_to(verb); !file.empty() && (file == "-" || error.kind != ErrorKind::usage))
    if (const auto written = write_to(file, text_of(json_of(error))); !written)
      complain(fmt::format("labctl: {}\n", render(written.error())));
  return exit_code(error);
}

/// The output that could not be written makes a good verb a failed one, unless its reader just had enough.
int with_output_written(int code) {
  const int failure = flush_output();
  if (failure == 0 || failure == EPIPE) return code;
  complain(fmt::format("labctl: {}\n", render(system_error("can't write to standard output", failure).error())));
  return code == 0 ? exit_code({.kind = ErrorKind::lab}) : code;
}

/// What a word of the command line may have been meant to be: a verb of `app`, or one of its flags.
std::optional<std::string> meant_by(const CLI::App& app, const std::string& word) {
  std::vector<std::string> known;
  if (word.starts_with('-')) {
    for (const auto* option : app.get_options())
      for (const auto& name : option->get_lnames()) known.push_back("--" + name);
    return nearest(word.substr(0, word.find('=')), known);
  }
  for (const auto* verb : app.get_subcommands([](const CLI::App*) { return true; })) known.push_back(verb->get_name());
  return nearest(word, known);
}

/// CLI11 says what is wrong; the nearest known word is ours.
int tell_usage(const CLI::App& app, const CLI::ParseError& error) {
  // The verb, or sub-verb, at which it went wrong.
  const CLI::App* at = &app;
  std::string path = "labctl";
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    path += " " + at->get_name();
  }
  const auto words = app.remaining(true);
  const bool verb_is_wanted = at->get_require_subcommand_min() > 0 && !words.empty() && !words.front().starts_with('-');
  complain(fmt::format("labctl: {}\n", verb_is_wanted
                                           ? fmt::format("'{}' is no verb of {}", printable(words.front()), path)
                                           : printable(error.what())));
  for (const auto& word : words)
    if (const auto meant = meant_by(*at, word)) {
      complain(fmt::format("  did you mean '{} {}'?\n", path, *meant));
      return kUsage;
    }
  complain(fmt::format("  {} --help tells more\n", path));
  return kUsage;
}

}  // namespace

int run(int argc, const char* const* argv) {
  // Shared by all verbs for the whole life of the process, beyond the signal thread's end.
  static Interrupts interrupts;
  // Neither a reader that went away nor a daemon that closed its socket may end a labctl that is changing a lab.
  ::signal(SIGPIPE, SIG_IGN);
  Context context;
  context.stop = interrupts.token();
  context.command_line = command_line_of(argc, argv);
  context.language = language_of_environment();

  CLI::App app{"A hands-on lab for e-mail sender authentication (SPF, DKIM, DMARC, ARC) with real daemons"};
  app.name("labctl");
  app.set_version_flag("--version", fmt::format("labctl {}", version()));
  app.add_option("--lab", context.lab, "name of the lab")->envname("LABCTL_LAB")->capture_default_str();
  app.add_option("--file", context.lab_file, "lab.toml to take settings from (default: ./lab.toml when it is there)");
  app.add_flag("--quiet", context.quiet, "no progress");
  app.add_option_function<std::string>(
         "--lang", [&](const std::string& name) { context.language = name == "ja" ? Language::ja : Language::en; },
         "language of texts for participants (of the environment)")
      ->check(CLI::IsMember({"en", "ja"}));
  app.require_subcommand(1);
  std::map<const CLI::App*, Action> actions;
  for (const auto& verb : verbs()) {
    auto* sub = app.add_subcommand(std::string(verb.name), std::string(verb.summary));
    actions.emplace(sub, verb.declare(*sub, context));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return tell_usage(app, error);
  }
  const auto* verb = app.get_subcommands().front();
  const auto outcome = actions.at(verb)();
  return with_output_written(outcome ? *outcome : tell(outcome.error(), *verb));
}

}  // namespace labctl::cli
