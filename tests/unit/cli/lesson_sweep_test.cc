#include "labctl/cli/lesson_sweep.h"

#include <gtest/gtest.h>

namespace labctl::cli {
namespace {

using scenario::Outcome;

/// Lessons with these names, in order.
std::vector<scenario::Scenario> lessons_named(const std::vector<std::string>& names) {
  std::vector<scenario::Scenario> lessons(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) lessons[i].name = names[i];
  return lessons;
}

scenario::StepVerdict step_with(const std::string& lesson, const std::vector<Outcome>& outcomes) {
  scenario::StepVerdict step{.scenario = lesson};
  for (const auto outcome : outcomes)
    step.expectations.push_back({.that = "disposition", .outcome = outcome, .expected = "junk", .actual = "inbox"});
  return step;
}

SweepTold told_of(const std::vector<Outcome>& outcomes) {
  return tell_sweep(lessons_named({"x/a"}), {"policy: p=none"},
                    {.participants = {{.participant = "m001", .steps = {step_with("x/a", outcomes)}}}});
}

TEST(LessonSweep, ALessonThatFailsIsRed) {
  const auto told = told_of({Outcome::pass, Outcome::fail, Outcome::skip});
  EXPECT_EQ(told.red, 1U);
  EXPECT_EQ(told.status, 0);
  EXPECT_TRUE(told.lines.starts_with("red    x/a ")) << told.lines;
  EXPECT_TRUE(told.lines.ends_with("policy: p=none: disposition (inbox), disposition (inbox)\n")) << told.lines;
}

TEST(LessonSweep, WhatPassesOrIsSkippedHasNoticedNothing) {
  for (const auto outcome : {Outcome::pass, Outcome::skip}) {
    const auto told = told_of({outcome});
    EXPECT_EQ(told.red, 0U);
    EXPECT_EQ(told.status, 1);
    EXPECT_TRUE(told.lines.starts_with("GREEN ")) << told.lines;
  }
  const auto unplayed = tell_sweep(lessons_named({"x/a"}), {"x"}, {});
  EXPECT_EQ(unplayed.status, 1);
  EXPECT_TRUE(unplayed.lines.starts_with("GREEN ")) << unplayed.lines;
  EXPECT_TRUE(unplayed.lines.ends_with("x: not played\n")) << unplayed.lines;
}

// The lab could not answer: that is neither.
TEST(LessonSweep, AnErrorIsNoRedLesson) {
  for (const auto& outcomes : {std::vector{Outcome::error}, std::vector{Outcome::fail, Outcome::error}}) {
    const auto told = told_of(outcomes);
    EXPECT_EQ(told.red, 0U);
    EXPECT_EQ(told.status, 3);
    EXPECT_TRUE(told.lines.starts_with("ERROR ")) << told.lines;
  }
}

TEST(LessonSweep, EachLessonIsJudgedByItsOwnSteps) {
  const auto lessons = lessons_named({"x/a", "x/b", "x/c"});
  const std::vector<std::string> how{"x", "y", "z"};
  const auto step = [](const std::string& lesson, Outcome outcome) { return step_with(lesson, {outcome}); };
  scenario::RunVerdict verdict{
      .participants = {{.participant = "m001", .steps = {step("x/a", Outcome::fail), step("x/b", Outcome::pass)}},
                       {.participant = "m002", .steps = {step("x/c", Outcome::fail)}}}};
  auto told = tell_sweep(lessons, how, verdict);
  EXPECT_EQ(told.red, 2U);
  EXPECT_EQ(told.status, 1);
  EXPECT_NE(told.lines.find("\nGREEN  x/b "), std::string::npos) << told.lines;
  verdict.participants[0].steps[1] = step("x/b", Outcome::error);
  told = tell_sweep(lessons, how, verdict);
  EXPECT_EQ(told.red, 2U);
  EXPECT_EQ(told.status, 3);
  verdict.interrupted = true;
  EXPECT_EQ(tell_sweep(lessons, how, verdict).status, 130);
}

}  // namespace
}  // namespace labctl::cli
