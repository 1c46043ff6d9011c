#include "tests/live/live_lab.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "tests/fakes/paths.h"

namespace labctl::live {
namespace fs = std::filesystem;

bool machine_is_able() {
  if (::geteuid() == 0) return true;
  const char* required = std::getenv("LABCTL_REQUIRE_LIVE");
  if (required != nullptr && std::string_view(required) == "1") ADD_FAILURE() << "live tests need root";
  return false;
}

ProcessResult labctl(const std::vector<std::string>& arguments, Milliseconds timeout,
                     const std::vector<std::pair<std::string, std::string>>& env) {
  std::vector<std::string> argv{labctl_binary()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  auto result = run_process({.argv = std::move(argv), .env = env, .timeout = timeout});
  if (!result) {
    ADD_FAILURE() << render(result.error());
    return {.exit_status = -1};
  }
  return std::move(*result);
}

std::map<std::string, std::string> outcomes(const Json& run) {
  std::map<std::string, std::string> found;
  for (const auto& participant : run.at("participants"))
    for (const auto& step : participant.at("steps"))
      found[participant.at("participant").get<std::string>() + " " + step.at("step").get<std::string>()] =
          step.at("outcome").get<std::string>();
  return found;
}

LiveLab::LiveLab(std::string name, int participants, std::vector<std::string> more) : name_(std::move(name)) {
  more.insert(more.begin(), {"up", "-n", std::to_string(participants)});
  const char* is_signed = std::getenv("LABCTL_LIVE_DNSSEC");
  if (is_signed != nullptr && std::string_view(is_signed) == "1") more.emplace_back("--dnssec");
  const auto up = (*this)(std::move(more));
  EXPECT_EQ(up.exit_status, 0) << up.out << up.err;
}

LiveLab::~LiveLab() {
  const auto down = (*this)({"down"});
  EXPECT_EQ(down.exit_status, 0) << down.out << down.err;
  EXPECT_EQ(leftovers(name_), std::vector<std::string>{});
}

ProcessResult LiveLab::operator()(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), {"--lab", name_});
  return labctl(arguments);
}

Json LiveLab::run(std::vector<std::string> arguments) const {
  arguments.insert(arguments.begin(), "run");
  arguments.insert(arguments.end(), {"--json", "-"});
  const auto result = (*this)(std::move(arguments));
  const auto json = Json::parse(result.out, nullptr, false);
  EXPECT_FALSE(json.is_discarded()) << "exit " << result.exit_status << "\n" << result.out << result.err;
  return json.is_discarded() ? Json{{"participants", Json::array()}} : json;
}

void expect_predicted_or_listed(const Json& run) {
  const auto played = outcomes(run);
  const auto text = read_file(run.at("run_dir").get<std::string>() + "/predictions.json");
  ASSERT_TRUE(text.has_value()) << render(text.error());
  std::size_t predicted = 0;
  const auto all = Json::parse(*text);
  for (const auto& one : all.at("messages")) {
    const auto step = one.at("participant").get<std::string>() + " " + one.at("step").get<std::string>();
    const auto outcome = played.find(step);
    if (outcome != played.end() && outcome->second == "skip") continue;  // Nobody says how it comes out there.
    const auto& differences = one.at("differences");
    if (differences.empty()) ++predicted;
    for (const auto& difference : differences) {
      const auto cause = difference.at("cause").get<std::string>();
      EXPECT_TRUE(cause == "receiver" || cause == "unpredictable") << step << ": " << difference.dump(1);
    }
    const auto listed = one.at("listed").get<std::string>();
    EXPECT_FALSE(listed.starts_with("RFC ") && differences.empty())
        << step << ": the lesson says that the receiver does not follow " << listed << ", and it does";
  }
  EXPECT_GE(predicted, 200U);
}

void LiveLab::on(const std::string& host, const std::string& script) const {
  const auto result = (*this)({"exec", host, "--", "sh", "-c", script});
  EXPECT_EQ(result.exit_status, 0) << host << ": " << script << "\n" << result.out << result.err;
}

std::vector<std::string> leftovers(const std::string& name) {
  std::vector<std::string> found;
  const std::string mark = "labctl-" + name;
  std::error_code code;
  for (const auto& entry : fs::directory_iterator("/run/netns", code)) {
    const auto netns = entry.path().filename().string();
    if (netns == mark || netns.starts_with(mark + ".")) found.push_back("namespace " + netns);
  }
  const std::string directory = "/run/labctl/" + name;
  if (auto mounts = read_file("/proc/self/mounts"))
    for (const auto& line : lines_of(*mounts))
      if (line.find(directory + "/") != std::string::npos) found.push_back("mount " + line);
  if (fs::exists(directory, code)) found.push_back("directory " + directory);
  for (const auto& entry : fs::directory_iterator("/run/labctl", code))
    if (const auto file = entry.path().filename().string(); file.starts_with(name + ".") && file.ends_with(".lock"))
      found.push_back("lock " + file);
  for (const auto& entry : fs::directory_iterator("/proc", code)) {
    const auto cmdline = read_file(entry.path().string() + "/cmdline");
    if (cmdline && cmdline->starts_with("systemd-nspawn") && cmdline->find(directory + "/") != std::string::npos)
      found.push_back("process " + entry.path().filename().string());
  }
  for (const char* hierarchy : {"/sys/fs/cgroup", "/sys/fs/cgroup/pids", "/sys/fs/cgroup/memory",
                                "/sys/fs/cgroup/unified", "/sys/fs/cgroup/systemd"}) {
    const std::string group = std::string(hierarchy) + "/labctl/" + name;
    if (fs::exists(group, code)) found.push_back("cgroup " + group);
  }
  return found;
}

}  // namespace labctl::live
