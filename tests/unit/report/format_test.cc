#include "labctl/report/format.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "labctl/base/file.h"
#include "labctl/base/json.h"
#include "tests/fakes/paths.h"

namespace labctl::report {
namespace {

using scenario::ExpectationVerdict;
using scenario::Outcome;
using scenario::RunVerdict;
using scenario::StepVerdict;

StepVerdict step(const char* id, const char* title, Outcome outcome, double seconds,
                 std::vector<ExpectationVerdict> expectations = {}) {
  return {.scenario = "hands-on/4-dmarc",
          .step = id,
          .title = {.ja = std::string("題: ") + title, .en = title},
          .outcome = outcome,
          .seconds = seconds,
          .expectations = std::move(expectations)};
}

ExpectationVerdict met(const char* that, const char* value) {
  return {.that = that, .outcome = Outcome::pass, .expected = value, .actual = value, .why = {}, .look = {}};
}

RunVerdict all_good() {
  return {.lab = "demo",
          .outcome = Outcome::pass,
          .run_dir = "/runs/1",
          .participants = {{.participant = "m001",
                            .outcome = Outcome::pass,
                            .steps = {step("4-1", "p=none is published", Outcome::pass, 0.25, {met("exit", "0")}),
                                      step("4-2", "it is delivered", Outcome::pass, 1.5)}}}};
}

/// Every outcome; a participant cut short; texts that XML, TAP and a terminal must not take as their own.
RunVerdict mixed() {
  const ExpectationVerdict wrong{.that = "auth dmarc",
                                 .outcome = Outcome::fail,
                                 .expected = "fail",
                                 .actual = "\"none\" <no & record>\x1b[31m\xff",
                                 .why = {.ja = "p=none\nのまま", .en = "no record\nwas found"},
                                 .look = "evidence/m001/4-1.json"};
  const ExpectationVerdict unanswered{.that = "disposition",
                                      .outcome = Outcome::error,
                                      .expected = "junk",
                                      .actual = "deferred",
                                      .why = {.ja = "filterが動いていない", .en = "filter: rspamd.service is down"},
                                      .look = "labctl logs filter"};
  const ExpectationVerdict undone{.that = "message",
                                  .outcome = Outcome::skip,
                                  .expected = "a message",
                                  .actual = "",
                                  .why = {.ja = "まだ", .en = "do it (again)"},
                                  .look = ""};
  return {
      .lab = "demo",
      .outcome = Outcome::error,
      .run_dir = "/runs/2",
      .participants = {
          {.participant = "m001",
           .outcome = Outcome::error,
           .steps = {step("4-1", "p=quarantine\n# SKIP", Outcome::fail, 0.5, {met("reply", "250"), wrong}),
                     step("10-10", "junk", Outcome::error, 2, {unanswered})}},
          {.participant = "m002", .outcome = Outcome::skip, .steps = {step("4-1", "x", Outcome::skip, 0, {undone})}},
          {.participant = "m003", .outcome = Outcome::skip, .steps = {}}}};
}

/// A day's mail, of which some ended where nobody expects it.
RunVerdict a_day() {
  auto run = all_good();
  auto& step = run.participants.front().steps.front();
  step.day = {{.kind = "own", .title = {.ja = "自社", .en = "own <server>"}, .sent = 3, .places = {{"inbox", 3}}},
              {.kind = "news",
               .title = {.ja = "配信", .en = "newsletter"},
               .sent = 4,
               .places = {{"rejected", 2}, {"inbox", 1}, {"folder Other", 1}},
               .dmarc_fails = 2},
              {.kind = "forged",
               .title = {.ja = "騙り", .en = "forged"},
               .spoofed = true,
               .sent = 12,
               .places = {{"junk", 12}},
               .dmarc_fails = 12}};
  return run;
}

std::string render_as(std::string_view format, const RunVerdict& run, const Options& options = {}) {
  const auto* found = find_format(format);
  return found == nullptr ? "no such format" : found->render(run, options);
}

/// What a step's evidence may hold, hostile texts among it.
std::optional<evidence::StepEvidence> seen_of(const std::string& participant, const StepVerdict& step) {
  evidence::StepEvidence found{.scenario = step.scenario,
                               .step = step.step,
                               .participant = participant,
                               .began = "2026-06-01T09:00:00Z",
                               .seconds = step.seconds};
  if (participant != "m001") return std::nullopt;
  if (step.step == "10-10") {
    found.trouble = {.culprit = "filter: rspamd", .message = "it is <down>", .hint = "labctl logs filter"};
    return found;
  }
  found.seen = evidence::MailSeen{
      .from_host = "rogue-mailer",
      .client_address = "198.18.0.6",
      .helo = "rogue-mailer.mail.nic.example",
      .mail_from = "user-a@m001.mail.nic.example",
      .rcpt_to = "user-a@m001.mail.nic.example",
      .header_from = "user-a@m001.mail.nic.example",
      .authserv_id = "receiver.m001.mail.nic.example",
      .receiver_reply = mail::SmtpReply{.code = 250, .enhanced_code = "2.0.0", .text = "Ok: queued as 4F1"},
      .stored = evidence::StoredMessage{
          .folder = "INBOX",
          .uid = 3,
          .raw = "Received: from rogue-mailer.mail.nic.example (unknown [198.18.0.6])\r\n"
                 "\tby receiver.m001.mail.nic.example (Postfix) with ESMTP id 4F1\r\n"
                 "\tfor <user-a@m001.mail.nic.example>; Mon, 1 Jun 2026 09:00:00 +0000 (UTC)\r\n"
                 "Authentication-Results: receiver.m001.mail.nic.example;\r\n\tspf=fail; dmarc=fail (p=none)\r\n"
                 "Authentication-Results: receiver.m001.mail.nic.example; dmarc=pass\r\n"
                 "Subject: <script>alert(1)</script>\r\n\r\n<b>body</b>\r\n"}};
  return found;
}

/// Compares with tests/golden/report/<name>; with LABCTL_GOLDEN=write the file is written instead, to be looked at.
void expect_golden(const std::string& name, const std::string& actual) {
  const auto path = test_path("golden/report/" + name);
  if (const char* mode = std::getenv("LABCTL_GOLDEN"); mode != nullptr && std::string_view(mode) == "write") {
    ASSERT_TRUE(write_file(path, actual));
  }
  const auto golden = read_file(path);
  ASSERT_TRUE(golden.has_value()) << render(golden.error());
  EXPECT_EQ(actual, *golden) << "differs from " << path;
}

TEST(Report, EveryFormatIsAsItsGoldenFile) {
  for (const auto& format : formats()) {
    expect_golden("all_good.0." + std::string(format.name), format.render(all_good(), {}));
    expect_golden("mixed.3." + std::string(format.name), format.render(mixed(), {.evidence = seen_of}));
  }
  for (const auto* name : {"text", "json", "html"})
    expect_golden(fmt::format("day.0.{}", name), find_format(name)->render(a_day(), {}));
  expect_golden("day_ja.0.text", render_as("text", a_day(), {.language = Language::ja}));
  expect_golden("mixed_ja.3.text", render_as("text", mixed(), {.language = Language::ja}));
  expect_golden("mixed_ja.3.html", render_as("html", mixed(), {.language = Language::ja, .evidence = seen_of}));
}

// The page of a run is opened by people who trust it; the text on it comes from those who attack.
TEST(Report, APageStandsAloneAndItsTextsAreTextsOnly) {
  const auto page = render_as("html", mixed(), {.evidence = seen_of});
  for (const char* forbidden : {"<script", "<b>body", "<down>", "<no &", "src=", "http://", "https://", "@import"})
    EXPECT_EQ(page.find(forbidden), std::string::npos) << forbidden;
  for (const auto& step : {"m001.hands-on-4-dmarc.4-1", "m001.hands-on-4-dmarc.10-10", "m002.hands-on-4-dmarc.4-1"}) {
    EXPECT_NE(page.find(fmt::format("<a href=\"#{}\"", step)), std::string::npos) << step;
    EXPECT_NE(page.find(fmt::format("<section id=\"{}\"", step)), std::string::npos) << step;
  }
}

TEST(Report, OnAPageTheReceiversOwnFieldStandsOutAndAForgedOneDoesNot) {
  const auto page = render_as("html", mixed(), {.evidence = seen_of});
  EXPECT_NE(page.find("<mark>Authentication-Results: receiver.m001.mail.nic.example;&#10;&#9;spf=fail"),
            std::string::npos);
  EXPECT_EQ(page.find("<mark>", page.find("<mark>") + 1), std::string::npos) << page;
  EXPECT_NE(page.find("Authentication-Results: receiver.m001.mail.nic.example; dmarc=pass"), std::string::npos);
}

// Two scenarios of one run may number their steps alike.
TEST(Report, StepsOfTwoScenariosHaveAColumnEach) {
  auto run = all_good();
  run.participants.front().steps.push_back(step("4-1", "another", Outcome::fail, 1));
  run.participants.front().steps.back().scenario = "other";
  const auto text = render_as("text", run);
  EXPECT_NE(text.find("hands-on/4-dmarc 4-1  4-2   other 4-1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("m001  ok                    ok    FAIL\n"), std::string::npos) << text;
}

TEST(Report, FormatsAreFoundByName) {
  EXPECT_EQ(find_format("junit")->name, "junit");
  EXPECT_EQ(find_format("yaml"), nullptr);
}

TEST(Report, AnInterruptedRunSaysSo) {
  auto run = all_good();
  run.interrupted = true;
  EXPECT_NE(render_as("text", run).find("interrupted; pass: 2 pass"), std::string::npos);
  EXPECT_EQ(Json::parse(render_as("json", run)).at("interrupted"), true);
}

TEST(Report, WhatAnInterruptedRunDidNotComeToIsCountedOnly) {
  auto run = mixed();
  EXPECT_NE(render_as("text", run).find("do it (again)"), std::string::npos);
  run.interrupted = true;
  const auto text = render_as("text", run);
  EXPECT_EQ(text.find("do it (again)"), std::string::npos) << text;
  EXPECT_NE(text.find("no record"), std::string::npos) << "what was judged is still told";
  EXPECT_NE(text.find("1 skip"), std::string::npos);
}

TEST(Report, JsonHasTheShapeThatOthersReadIt) {
  const auto json = Json::parse(render_as("json", mixed()));
  EXPECT_EQ(json.at("lab"), "demo");
  EXPECT_EQ(json.at("outcome"), "error");
  EXPECT_EQ(json.at("run_dir"), "/runs/2");
  const auto& participant = json.at("participants").at(0);
  EXPECT_EQ(participant.at("participant"), "m001");
  EXPECT_EQ(participant.at("outcome"), "error");
  const auto& first = participant.at("steps").at(0);
  EXPECT_EQ(first.at("scenario"), "hands-on/4-dmarc");
  EXPECT_EQ(first.at("step"), "4-1");
  EXPECT_EQ(first.at("outcome"), "fail");
  EXPECT_EQ(first.at("seconds"), 0.5);
  const auto& expectation = first.at("expectations").at(1);
  EXPECT_EQ(expectation.at("that"), "auth dmarc");
  EXPECT_EQ(expectation.at("outcome"), "fail");
  EXPECT_EQ(expectation.at("expected"), "fail");
  EXPECT_EQ(expectation.at("actual"), "\"none\" <no & record>\\x1b[31m\\xff");
  EXPECT_EQ(expectation.at("why"), "no record\nwas found");
}

TEST(Report, ADayIsATableOfKindsAndPlaces) {
  const auto text = render_as("text", a_day());
  EXPECT_NE(text.find("sent  inbox   Junk  refused  folder Other  dmarc=fail\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  legitimate          7      4      0        2             1           2\n"), std::string::npos);
  EXPECT_NE(text.find("legitimate mail lost: 2 of 7 (newsletter 2)\n"), std::string::npos) << text;
  const auto json = Json::parse(render_as("json", a_day()));
  const auto& steps = json.at("participants").at(0).at("steps");
  EXPECT_EQ(steps.at(0).at("day").at(2).at("places").at("junk"), 12);
  EXPECT_EQ(steps.at(0).at("day").at(2).at("sort"), "spoofed");
  EXPECT_FALSE(steps.at(1).contains("day"));
}

TEST(Report, ColourChangesNothingButColour) {
  auto text = render_as("text", mixed(), {.colour = true});
  EXPECT_NE(text.find("\x1b[31mFAIL\x1b[0m  \x1b[35mERR\x1b[0m"), std::string::npos) << text;
  for (auto at = text.find('\x1b'); at != std::string::npos; at = text.find('\x1b'))
    text.erase(at, text.find('m', at) - at + 1);
  EXPECT_EQ(text, render_as("text", mixed()));
}

// No step, no participant: still a document.
TEST(Report, NothingIsAReportToo) {
  const RunVerdict nothing{.lab = "demo", .outcome = Outcome::skip, .run_dir = {}, .participants = {}};
  EXPECT_EQ(render_as("tap", nothing), "TAP version 13\n1..0\n");
  EXPECT_EQ(render_as("junit", nothing),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"labctl demo\">\n</testsuites>\n");
  EXPECT_EQ(Json::parse(render_as("json", nothing)).at("participants"), Json::array());
  EXPECT_TRUE(render_as("text", nothing).ends_with("skip: 0 pass, 0 fail, 0 error, 0 skip\n"));
}

}  // namespace
}  // namespace labctl::report
