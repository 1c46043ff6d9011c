#include <fmt/format.h>
#include <unistd.h>

#include <memory>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "tests/fakes/paths.h"
#include "tests/fakes/temporary_directory.h"
#include "tests/live/live_lab.h"

// labctl's ways of editing a zone, on a real knotd and a real resolver.
namespace labctl::live {
namespace {

const std::string kEditZone = "m001.mail.nic.example";

class ZoneEdit : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (machine_is_able()) lab_ = std::make_unique<LiveLab>("zoneedit", 1);
  }
  static void TearDownTestSuite() { lab_.reset(); }
  void SetUp() override {
    LABCTL_LIVE_OR_SKIP();
    type({"reset", kEditZone});
  }

  /// labctl zone …, which must end well.
  static std::string type(std::vector<std::string> arguments, int status = 0) {
    arguments.insert(arguments.begin(), "zone");
    const auto result = (*lab_)(arguments);
    EXPECT_EQ(result.exit_status, status) << join(arguments, " ") << "\n" << result.out << result.err;
    return result.out + result.err;
  }
  static std::string zone() {
    std::string without_soa;
    for (const auto& line : lines_of(type({"show", kEditZone})))
      if (line.find("\tSOA\t") == std::string::npos) without_soa += line + "\n";
    return without_soa;
  }
  static std::string soa() {
    for (const auto& line : lines_of(type({"show", kEditZone})))
      if (line.find("\tSOA\t") != std::string::npos) return line;
    return {};
  }
  static Json history() { return Json::parse(type({"history", kEditZone, "--json"})).at("edits"); }
  /// The resolver's own answer, asked on its host.
  static std::string resolved(const std::string& name, const std::string& type) {
    return (*lab_)({"exec", "resolver", "--", "kdig", "@127.0.0.1", "+short", name, type}).out;
  }
  static ProcessResult edit_with(const std::string& editor) {
    return labctl({"--lab", lab_->name(), "zone", "edit", kEditZone}, Milliseconds{60'000}, {{"VISUAL", editor}});
  }

  static inline std::unique_ptr<LiveLab> lab_;
  fakes::TemporaryDirectory directory_;
};

TEST_F(ZoneEdit, EveryEditCanBeTakenBackAndTheTakingBackToo) {
  const auto start = zone();
  type({"set", kEditZone, "@ 20 TXT \"v=spf1 -all\""});
  const auto one = zone();
  type({"set", kEditZone, "@ 300 TXT \"site=7\""});
  EXPECT_NE(zone().find("300\tTXT\t\"v=spf1 -all\""), std::string::npos) << "a set has one TTL";
  type({"undo", kEditZone});
  EXPECT_EQ(zone(), one);
  type({"undo", kEditZone});
  EXPECT_EQ(zone(), start);
  const int undo = history().back().at("number").get<int>();
  type({"undo", kEditZone, std::to_string(undo)});
  EXPECT_EQ(zone(), one);
  EXPECT_EQ(history().back().at("undoes"), undo);
  type({"undo", kEditZone, std::to_string(undo)}, 2);
  EXPECT_EQ(zone(), one);
}

TEST_F(ZoneEdit, AnEditThatWasOverwrittenSinceIsNotTakenBack) {
  type({"set", kEditZone, "_dmarc 20 TXT \"v=DMARC1; p=none\""});
  const int number = history().back().at("number").get<int>();
  type({"set", kEditZone, "_dmarc 20 TXT \"v=DMARC1; p=reject\""});
  const auto before = zone();
  EXPECT_NE(type({"undo", kEditZone, std::to_string(number)}, 2).find("changed since"), std::string::npos);
  EXPECT_EQ(zone(), before);
}

TEST_F(ZoneEdit, SerialsAreOfTheDayAndGoUp) {
  const auto edited = Json::parse(type({"set", kEditZone, "a 20 A 198.18.1.11", "--json"}));
  const auto before = edited.at("serial_before").get<std::uint32_t>();
  const auto after = edited.at("serial_after").get<std::uint32_t>();
  EXPECT_GT(after, before);
  EXPECT_GT(after, 2026010100U);
  EXPECT_EQ(edited.at("seen_at"), Json({"receiver.m001", "resolver"}));
  EXPECT_EQ(resolved("a." + kEditZone, "A"), "198.18.1.11\n");
}

TEST_F(ZoneEdit, ApplyMakesTheSmallestChange) {
  const auto file = directory_.path() + "/zone";
  std::string text = type({"show", kEditZone});
  text.replace(text.find("198.18.1.12"), 11, "198.18.1.13");
  text += "more 20 TXT \"a\" ; a comment\n";
  ASSERT_TRUE(write_file(file, text));
  EXPECT_EQ(lines_of(type({"diff", kEditZone, file}, 1)).size(), 3U);
  const auto edited = Json::parse(type({"apply", kEditZone, file, "--json"}));
  EXPECT_EQ(edited.at("diff").size(), 3U) << edited;
  EXPECT_EQ(type({"diff", kEditZone, file}), "");
  EXPECT_EQ(type({"diff", kEditZone}), "") << "the file on the host is that of the zone";
  type({"undo", kEditZone});
  EXPECT_EQ(lines_of(type({"diff", kEditZone, file}, 1)).size(), 3U);
}

TEST_F(ZoneEdit, TheNegativeTtlIsARecordToo) {
  const auto file = directory_.path() + "/zone";
  std::string text = type({"show", kEditZone});
  const auto at = text.find(" 1 1 1 1\n");
  ASSERT_NE(at, std::string::npos);
  text.replace(at, 9, " 1 1 1 60\n");
  ASSERT_TRUE(write_file(file, text));
  type({"apply", kEditZone, file});
  EXPECT_TRUE(soa().ends_with(" 1 1 1 60")) << soa();
  type({"undo", kEditZone});
  EXPECT_TRUE(soa().ends_with(" 1 1 1 1")) << soa();
}

TEST_F(ZoneEdit, BadFilesLeaveTheZoneAsItWas) {
  const auto before = zone();
  const auto good = type({"show", kEditZone});
  const auto file = directory_.path() + "/zone";
  const std::vector<std::pair<std::string, std::string>> cases{
      {good + "www 20 A 300.1.1.1\n", "zone:8"},
      {good + "@ 20 TXT \"v=spf1 -all\"\n@ 20 TXT \"v=spf1 ~all\"\n", "spf."},
      {good + "receiver 20 CNAME sender\n", "cname"},
      {"www 20 A 198.18.1.11\n", "no SOA"},
      {"", "no SOA"}};
  for (const auto& [text, says] : cases) {
    ASSERT_TRUE(write_file(file, text));
    const auto said = type({"apply", kEditZone, file}, 2);
    EXPECT_NE(said.find(says), std::string::npos) << said;
    EXPECT_EQ(zone(), before) << text;
  }
  EXPECT_NE(type({"apply", kEditZone, file + "-none"}, 2).find(file + "-none"), std::string::npos);
}

TEST_F(ZoneEdit, TheEditorsDraftBecomesTheZoneOrIsKept) {
  const auto editor = directory_.path() + "/editor";
  const auto start = zone();
  ASSERT_TRUE(write_file(editor, "#!/bin/sh\necho '_dmarc 20 TXT \"v=DMARC1; p=none\"' >> \"$2\"\n", 0755));
  const auto edited = edit_with(editor + " -x");
  EXPECT_EQ(edited.exit_status, 0) << edited.err;
  EXPECT_NE(zone().find("p=none"), std::string::npos);
  type({"undo", kEditZone});
  EXPECT_EQ(zone(), start);

  for (const char* change :
       {"echo 'www 20 A 1' >> \"$1\"", "echo '@ 20 TXT \"v=spf1 +al\"' >> \"$1\"",
        "echo 'other.example. 20 A 198.18.1.11' >> \"$1\"",
        "echo \"long 20 TXT \\\"$(head -c 300 /dev/zero | tr '\\0' x)\\\"\" >> \"$1\"", "echo >> \"$1\"; exit 1"}) {
    ASSERT_TRUE(write_file(editor, fmt::format("#!/bin/sh\n{}\n", change), 0755));
    const auto refused = edit_with(editor);
    EXPECT_EQ(refused.exit_status, 2) << change << refused.out;
    const auto kept = refused.err.find("what you wrote is kept: ");
    ASSERT_NE(kept, std::string::npos) << refused.err;
    const auto path = trim(std::string_view(refused.err).substr(refused.err.rfind(' ') + 1));
    EXPECT_TRUE(read_file(std::string(path))) << refused.err;
    ::unlink(std::string(path).c_str());
    EXPECT_EQ(zone(), start);
  }
  for (const char* change : {"exit 1", "rm \"$1\""}) {
    ASSERT_TRUE(write_file(editor, fmt::format("#!/bin/sh\n{}\n", change), 0755));
    const auto refused = edit_with(editor);
    EXPECT_EQ(refused.exit_status, 2) << change << refused.out;
    EXPECT_EQ(refused.err.find("is kept"), std::string::npos) << "nothing was written: " << refused.err;
    EXPECT_EQ(zone(), start);
  }
}

TEST_F(ZoneEdit, AnEditOverAnothersEditIsRefusedAndTold) {
  const auto editor = directory_.path() + "/editor";
  ASSERT_TRUE(write_file(editor,
                         fmt::format("#!/bin/sh\n{} --lab {} zone set {} receiver 20 A 198.18.1.99 >/dev/null\n"
                                     "sed -i 's/^receiver.*/receiver 20 A 198.18.1.98/' \"$1\"\n",
                                     labctl_binary(), lab_->name(), kEditZone),
                         0755));
  const auto refused = edit_with(editor);
  EXPECT_EQ(refused.exit_status, 2) << refused.out;
  EXPECT_NE(refused.err.find("the zone was changed while you edited it"), std::string::npos) << refused.err;
  EXPECT_NE(zone().find("198.18.1.99"), std::string::npos);
}

TEST_F(ZoneEdit, ResetIsTheStartAndStepsAreInTheHistory) {
  const auto start = zone();
  EXPECT_EQ(lab_->run({"hands-on/2-spf"}).at("outcome"), "pass");
  EXPECT_NE(zone(), start);
  bool has_step = false;
  for (const auto& edit : history()) has_step |= edit.at("why").get<std::string>().starts_with("step 2-");
  EXPECT_TRUE(has_step) << history();
  type({"reset", kEditZone});
  EXPECT_EQ(zone(), start);
  type({"undo", kEditZone});
  EXPECT_NE(zone(), start);
}

TEST_F(ZoneEdit, SeveralAtOnceAreAllMade) {
  std::vector<std::string> script;
  for (int i = 0; i < 8; ++i)
    script.push_back(fmt::format("{} --lab {} zone set {} 'p{} 20 A 198.18.1.{}' &", labctl_binary(), lab_->name(),
                                 kEditZone, i, i + 1));
  const auto all = run_process({.argv = {"sh", "-c", join(script, "\n") + "\nwait"}});
  ASSERT_TRUE(all);
  const auto now = zone();
  for (int i = 0; i < 8; ++i) EXPECT_NE(now.find(fmt::format("p{}.", i)), std::string::npos) << all->err;
}

TEST_F(ZoneEdit, EveryZoneIsListed) {
  const auto list = Json::parse(type({"list", "--json"})).at("zones");
  ASSERT_EQ(list.size(), 5U);
  for (const auto& one : list) EXPECT_EQ(one.at("troubles"), Json::array()) << one;
}

}  // namespace
}  // namespace labctl::live
