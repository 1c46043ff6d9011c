#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "labctl/base/text.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/live/laptop.h"
#include "tests/live/live_lab.h"

// The course as a participant does it: the commands that `labctl steps` prints, typed over SSH through the bastion
// from a machine of their own, and each step judged by `labctl check`.
namespace labctl::live {
namespace {

constexpr const char* kZone = "m001.mail.nic.example";
const std::string kZoneFile = fmt::format("/var/lib/knot/{}.zone", kZone);

/// One line of the handout that a person types: at which prompt, and what is edited when it opens an editor.
struct Command {
  std::string host;  ///< FQDN
  bool root = false;
  std::string text;
  std::vector<std::string> edit;  ///< "+ record", "- owner TYPE"
};

struct HandoutStep {
  std::string id;
  std::vector<Command> commands;
};

std::vector<std::string> words_of(std::string_view line) {
  std::string plain(line);
  std::ranges::replace(plain, '\t', ' ');
  auto words = split(plain, ' ');
  std::erase(words, "");
  return words;
}

/// "receiver# knotc …" -> receiver.<zone>, root, "knotc …". The prompts of one's own machine and of island only lead to
/// the next.
std::optional<Command> command_of(std::string_view line) {
  const auto space = line.find(' ');
  if (space == std::string_view::npos || space == 0) return std::nullopt;
  const auto prompt = line.substr(0, space);
  const auto host = prompt.substr(0, prompt.size() - 1);
  const bool root = prompt.back() == '#';
  if ((!root && prompt.back() != '$') || host.empty() || host == "island") return std::nullopt;
  const auto text = line.substr(space + 1);
  if (text == "sudo -s") return std::nullopt;
  const std::string fqdn =
      host == "rogue-mailer" ? "mx.rogue-mailer.mail.nic.example" : fmt::format("{}.{}", host, kZone);
  return Command{.host = fqdn, .root = root, .text = std::string(text), .edit = {}};
}

/// "2-1. Publish an SPF record" begins a step.
std::optional<std::string> step_id(std::string_view line) {
  const auto dot = line.find(". ");
  const auto dash = line.find('-');
  if (line.empty() || line.front() < '0' || line.front() > '9' || dot == std::string_view::npos || dash > dot)
    return std::nullopt;
  return std::string(line.substr(0, dot));
}

std::vector<HandoutStep> read_handout(const std::string& text) {
  std::vector<HandoutStep> steps;
  for (const std::string_view line : lines_of(text)) {
    if (auto id = step_id(line)) {
      steps.push_back({*std::move(id), {}});
    } else if (!steps.empty() && line.starts_with("        ")) {
      auto& commands = steps.back().commands;
      if (!commands.empty()) commands.back().edit.emplace_back(trim(line));
    } else if (!steps.empty() && line.starts_with("    ")) {
      if (auto command = command_of(line.substr(4))) steps.back().commands.push_back(*std::move(command));
    }
  }
  return steps;
}

/// Whether a line of the zone file is a record of `owner` and `type`; Knot writes the full owner on each line.
bool is_record(std::string_view line, std::string_view owner, std::string_view type) {
  const auto words = words_of(line);
  return words.size() > 3 && words[0] == owner && std::ranges::find(words, type) != words.end();
}

/// What a person does in the editor, serial included.
std::string edited(const std::string& zone, const std::vector<std::string>& edit) {
  std::vector<std::string> lines = lines_of(zone);
  for (const auto& change : edit) {
    const auto words = words_of(std::string_view(change).substr(2));
    const auto& owner = words.at(0);
    const auto& type = change.front() == '-' ? words.at(1) : words.at(2);
    std::erase_if(lines, [&](const std::string& line) { return is_record(line, owner, type); });
    if (change.front() == '+') lines.push_back(change.substr(2));
  }
  for (auto& line : lines) {
    auto words = words_of(line);
    const auto soa = std::ranges::find(words, "SOA");
    if (words.end() - soa < 4) continue;
    *(soa + 3) = std::to_string(std::stoul(*(soa + 3)) + 1);
    line = join(words, " ");
  }
  return join(lines, "\n") + "\n";
}

class ByHand {
 public:
  ByHand(const LiveLab& lab, const Laptop& laptop) : lab_(lab), laptop_(laptop) {}

  void type(const Command& command) const {
    SCOPED_TRACE(fmt::format("{}{} {}", command.host, command.root ? '#' : '$', command.text));
    if (command.text.starts_with("vi ") && command.text.ends_with(".zone")) {
      change_zone([&](const std::string& zone) { return edited(zone, with_key(command.edit)); });
    } else if (command.text == "vi message.eml") {
      // The newest message of user-b, taken from the receiving host as the step says, with another body.
      auto message =
          good(receiver(), true, fmt::format("cat \"$(ls -t /var/mail/lab/{}/user-b/*/* | head -n 1)\"", kZone));
      good(command.host, false, "cat > message.eml", message + "\nSend the money elsewhere.\n");
    } else if (command.host.starts_with("mx.rogue-mailer") && command.text.find("p=reject") != std::string::npos) {
      const auto result = laptop_.type(command.host, command.root, command.text);
      EXPECT_NE(result.exit_status, 0) << "swaks: the receiver should refuse this";
      EXPECT_NE(result.out.find("<** 554 5.7.1"), std::string::npos) << result.out;
    } else {
      good(command.host, command.root, command.text);
    }
  }

  /// Freeze, edit, thaw, reload, as the handout has it.
  void edit_by_hand(const std::vector<std::string>& edit) const {
    good(receiver(), true, fmt::format("knotc zone-freeze {}", kZone));
    change_zone([&](const std::string& zone) { return edited(zone, edit); });
    good(receiver(), true, fmt::format("knotc zone-thaw {}", kZone));
    good(receiver(), true, fmt::format("knotc zone-reload {}", kZone));
  }

  [[nodiscard]] Json check(const std::string& step, const std::string& outcome) const {
    const auto result = lab_({"check", "-p", "m001", step, "--json", "-"});
    const auto json = Json::parse(result.out, nullptr, false);
    if (json.is_discarded()) {
      ADD_FAILURE() << "check " << step << "\n" << result.out << result.err;
      return Json::object();
    }
    EXPECT_EQ(json.at("outcome").get<std::string>(), outcome) << "check " << step << "\n" << json.dump(1);
    EXPECT_EQ(result.exit_status, outcome == "pass" ? 0 : 1);
    return json;
  }

 private:
  static std::string receiver() { return fmt::format("receiver.{}", kZone); }

  std::string good(const std::string& host, bool root, const std::string& command,
                   const std::string& input = {}) const {
    const auto result = laptop_.type(host, root, command, input);
    EXPECT_EQ(result.exit_status, 0) << host << ": " << command << "\n" << result.out << result.err;
    return result.out;
  }

  void change_zone(const std::function<std::string(const std::string&)>& change) const {
    good(receiver(), true, "cat > " + kZoneFile, change(good(receiver(), true, "cat " + kZoneFile)));
  }

  /// The handout can't know the key that was made: "…" stands for what sel1.txt says.
  [[nodiscard]] std::vector<std::string> with_key(std::vector<std::string> edit) const {
    for (auto& line : edit) {
      if (line.find("…") == std::string::npos) continue;
      const auto record = good(fmt::format("sender.{}", kZone), true, "cat /etc/dkimkeys/sel1.txt");
      const auto open = record.find('(');
      line = fmt::format("+ sel1._domainkey.{}. 20 TXT {}", kZone,
                         join(words_of(record.substr(open, record.rfind(')') - open + 1)), " "));
    }
    return edit;
  }

  const LiveLab& lab_;
  const Laptop& laptop_;
};

TEST(ByHand, TheHandoutTypedOverSshPassesEachStepAndAWrongEditFailsIts) {
  LABCTL_LIVE_OR_SKIP();
  Laptop laptop("labhand");
  const LiveLab lab("hand", 1, {"--listen", Laptop::machine_address(), "--listen-port-base", "2300"});
  const fakes::TemporaryDirectory directory;
  ASSERT_EQ(lab({"credentials", "--write", directory.path()}).exit_status, 0);
  laptop.log_in_with(directory.path() + "/m001");
  const ByHand hand(lab, laptop);
  const auto handout = lab({"--lang", "en", "steps", "-p", "m001"});
  const auto steps = read_handout(handout.out);
  ASSERT_GT(steps.size(), 20U) << handout.out;
  for (const auto& step : steps) {
    SCOPED_TRACE(step.id);
    if (step.id == "0-1") {
      EXPECT_EQ(lab.run({"hands-on/0-preparation"}).at("outcome"), "pass");
      (void)hand.check("0-1", "skip");  // Only labctl has logged in yet.
      EXPECT_EQ(laptop.type(fmt::format("receiver.{}", kZone), true, "id -un").out, "root\n");
    }
    if (step.id == "4-1") {
      hand.edit_by_hand({fmt::format("+ _dmarc.{}. 20 TXT \"v=DMARC1; p=nonne;\"", kZone)});
      const auto failed = hand.check("4-1", "fail");
      EXPECT_NE(failed.dump().find("p=nonne"), std::string::npos) << failed.dump(1);
    }
    for (const auto& command : step.commands) hand.type(command);
    (void)hand.check(step.id, "pass");
    if (HasFailure()) return;  // A step opens when the one before it has passed.
  }
}

}  // namespace
}  // namespace labctl::live
