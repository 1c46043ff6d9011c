#include "labctl/scenario/hand_state.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "labctl/base/file.h"
#include "labctl/base/json.h"

namespace labctl::scenario {
namespace {

std::string state_file(const std::string& state_dir, const std::string& participant) {
  return fmt::format("{}/{}.json", state_dir, participant);
}

Json json_of(const Opened& opened) {
  return {{"milliseconds", std::chrono::duration_cast<Milliseconds>(opened.since.time_since_epoch()).count()},
          {"uid_next", opened.mail.uid_next},
          {"log_offset", opened.mail.log_offset},
          {"log_inode", opened.mail.log_inode}};
}

Opened opened_of(const Json& json, const std::string& participant) {
  Opened opened{.since = Clock::Wall(Milliseconds(json.at("milliseconds").get<std::int64_t>())),
                .mail = {.participant = participant}};
  json.at("uid_next").get_to(opened.mail.uid_next);
  json.at("log_offset").get_to(opened.mail.log_offset);
  json.at("log_inode").get_to(opened.mail.log_inode);
  return opened;
}

}  // namespace

Result<std::optional<HandState>> load_hand_state(const std::string& state_dir, const std::string& participant) {
  const std::string path = state_file(state_dir, participant);
  if (::access(path.c_str(), F_OK) != 0) return std::nullopt;
  LABCTL_ASSIGN(const auto text, read_file(path));
  const std::string what_now = fmt::format("remove it to begin the course again: rm {}", path);
  const auto json = Json::parse(text, nullptr, false);
  try {
    HandState state{.open = json.at("open").get<std::string>(), .since = opened_of(json.at("since"), participant)};
    for (const auto& item : json.at("kept")) {
      auto evidence = evidence::from_json(item);
      if (!evidence) return lab_error(evidence.error().message, path, what_now);
      const std::string step = evidence->step;
      state.kept.emplace(step, *std::move(evidence));
    }
    return state;
  } catch (const Json::exception& error) {
    return lab_error(fmt::format("the record of what was done by hand is damaged: {}", error.what()), path, what_now);
  }
}

Result<void> save_hand_state(const std::string& state_dir, const std::string& participant, const HandState& state) {
  LABCTL_TRY(make_directories(state_dir));
  Json kept = Json::array();
  for (const auto& [step, evidence] : state.kept) kept.push_back(evidence::to_json(evidence));
  const Json json{{"open", state.open}, {"since", json_of(state.since)}, {"kept", kept}};
  return write_file(state_file(state_dir, participant), json.dump(1) + "\n");
}

Result<void> forget_hand_state(const std::string& state_dir, const std::string& participant) {
  const std::string path = state_file(state_dir, participant);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return system_error("can't remove the record of what was done by hand", errno, path);
  return {};
}

}  // namespace labctl::scenario
