// A day's mail: which messages are sent, in which order, and how the places where they end are counted.
#include <gtest/gtest.h>

#include "labctl/base/file.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/day_count.h"
#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/step_kind.h"
#include "labctl/scenario/sweep.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::scenario {
namespace {

std::vector<Scenario> day_rows(const std::string& text = kDayTable) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/t.toml";
  EXPECT_TRUE(write_file(path, text).has_value());
  auto rows = load_scenarios_of(path, "x/t");
  if (!rows) throw std::runtime_error(render(rows.error()));
  return *std::move(rows);
}

RunVerdict day_run(fakes::FakeLab& lab, const std::vector<Scenario>& rows, const std::string& directory) {
  Recorder recorder;
  auto verdict = run(lab.ports(), rows, {.participants = {"m001"}, .run_dir = directory}, recorder);
  if (!verdict) throw std::runtime_error(render(verdict.error()));
  return *std::move(verdict);
}

TEST(Day, IsPlayedCountedAndGradedAgain) {
  fakes::FakeLab lab;
  TemporaryDirectory directory;
  const auto verdict = day_run(lab, day_rows(), directory.path());
  EXPECT_EQ(failures(verdict), "");
  EXPECT_EQ(lab.mail.orders.size(), 6U);
  std::set<std::string> tokens;
  for (const auto& order : lab.mail.orders) tokens.insert(order.token);
  EXPECT_EQ(tokens.size(), 6U) << "each message has a token of its own";
  const auto& day = step_of(verdict, "t-a").day;
  ASSERT_EQ(day.size(), 2U);
  EXPECT_EQ(day[1].places, (std::map<std::string, std::size_t>{{"junk", 2}}));
  EXPECT_EQ(day[1].dmarc_fails, 2U);
  EXPECT_EQ(sum_of(day, false).sent, 4U);
  const auto again = grade(directory.path());
  ASSERT_TRUE(again.has_value()) << render(again.error());
  EXPECT_EQ(outcomes(again->participants[0]), outcomes(verdict.participants[0]));
  EXPECT_EQ(step_of(*again, "t-a").day[1].places, day[1].places);
}

// Each of its sessions opens a connection of its own.
TEST(Day, OnlyAMessageBehindAnotherOfItsSessionFollowsIt) {
  std::string text = kDayTable;
  for (const auto* four : {"count = 4", "own = { inbox = 4", "legitimate = { inbox = 4"})
    text.replace(text.find(four) + std::string_view(four).size() - 1, 1, "30");
  fakes::FakeLab lab;
  TemporaryDirectory directory;
  EXPECT_EQ(failures(day_run(lab, day_rows(text), directory.path())), "");
  ASSERT_EQ(lab.mail.orders.size(), 32U);
  EXPECT_FALSE(lab.mail.orders.front().follows);
  EXPECT_LE(std::ranges::count(lab.mail.orders, false, &lab::MailOrder::follows), 8);
}

TEST(Day, AMessageInAnotherPlaceIsRedForItsKindAndItsSort) {
  fakes::FakeLab lab;
  std::size_t forged = 0;
  lab.mail.tamper = [&](evidence::MailSeen& mail) {
    if (mail.from_host == "rogue-mailer" && forged++ == 0) mail.stored->folder = "INBOX";
  };
  TemporaryDirectory directory;
  const auto verdict = day_run(lab, day_rows(), directory.path());
  std::vector<std::string> red;
  for (const auto& one : step_of(verdict, "t-a").expectations)
    if (one.outcome == Outcome::fail) red.push_back(one.that + ": " + one.actual);
  EXPECT_EQ(red, (std::vector<std::string>{"places forged: inbox 1, junk 1", "places spoofed: inbox 1, junk 1"}));
}

TEST(Day, AMessageThatNobodyCanFindIsAnError) {
  fakes::FakeLab lab;
  lab.mail.tamper = [&](evidence::MailSeen& mail) {
    if (mail.from_host != "rogue-mailer") return;
    mail.stored.reset();
    mail.searched_everywhere = false;
  };
  TemporaryDirectory directory;
  const auto verdict = day_run(lab, day_rows(), directory.path());
  for (const auto& one : step_of(verdict, "t-a").expectations)
    if (one.that == "places forged") {
      EXPECT_EQ(one.outcome, Outcome::error) << one.actual;
    }
}

TEST(Day, ALabInTroubleIsAnErrorOfTheWholeDay) {
  fakes::FakeLab lab;
  lab.mail.fail = Error{ErrorKind::lab, "connection refused", "filter: rspamd", {}};
  TemporaryDirectory directory;
  const auto verdict = day_run(lab, day_rows(), directory.path());
  const auto& step = step_of(verdict, "t-a");
  EXPECT_EQ(step.outcome, Outcome::error);
  EXPECT_TRUE(step.day.empty());
  EXPECT_NE(step.expectations.at(0).why.en.find("filter: rspamd"), std::string::npos);
}

TEST(Day, KindsAreMixedInOneOrder) {
  // One session after the other: the order is the table's.
  fakes::FakeLab lab;
  TemporaryDirectory directory;
  day_run(lab, day_rows(), directory.path());
  std::map<std::string, std::size_t> sent;
  for (const auto& order : lab.mail.orders) ++sent[order.from_host];
  EXPECT_EQ(sent, (std::map<std::string, std::size_t>{{"sender.m001", 4}, {"rogue-mailer", 2}}));
  std::vector<std::string> when;
  for (const auto& turn : order_of_day({4, 2})) when.push_back(std::to_string(turn.flow) + std::to_string(turn.number));
  EXPECT_EQ(when, (std::vector<std::string>{"00", "10", "01", "02", "11", "03"}));
}

TEST(Day, ABrokenPolicyIsNoticed) {
  fakes::FakeLab lab;
  TemporaryDirectory directory;
  const auto made = broken(day_rows()[0]);
  ASSERT_TRUE(made.has_value()) << render(made.error());
  const auto verdict = day_run(lab, {made->scenario}, directory.path());
  EXPECT_EQ(not_passed(verdict), "t-a fail");
}

// The figures of the lesson's text are those that it expects.
TEST(Day, TheLessonsTextSaysWhatIsExpected) {
  const auto lessons = find_scenarios({"lessons/9-mixed-day/mixed-day"});
  ASSERT_TRUE(lessons.has_value()) << render(lessons.error());
  ASSERT_EQ(lessons->size(), 3U);
  const auto& reject = lessons->at(2).steps.back();
  const config::Value* places = nullptr;
  for (const auto& clause : reject.expects.at(0).clauses)
    if (clause.kind->key == "places") places = &clause.expected;
  ASSERT_NE(places, nullptr);
  std::size_t lost = 0;
  for (const auto& flow : reject.keys.find("flows")->items) {
    if (flow.text_of("sort") != "legitimate") continue;
    const auto* refused = places->find(flow.text_of("kind"))->find("rejected");
    if (refused == nullptr) continue;
    ++lost;
    for (const auto language : {Language::ja, Language::en}) {
      const auto& title = *flow.find("title");
      const std::string name = title.text_of(language == Language::ja ? "ja" : "en");
      const std::string& text = reject.text.in(language);
      const auto at = text.find(name);
      ASSERT_NE(at, std::string::npos) << name;
      const auto digit = text.find_first_of("0123456789", at + name.size());
      EXPECT_EQ(std::stol(text.substr(digit)), refused->integer) << name;
    }
  }
  EXPECT_EQ(lost, 4U);
}

}  // namespace
}  // namespace labctl::scenario
