#include "labctl/scenario/rows.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "labctl/base/file.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/kept_zones.h"
#include "labctl/scenario/new_lesson.h"
#include "labctl/scenario/portrait.h"
#include "labctl/scenario/step_kind.h"
#include "labctl/scenario/sweep.h"
#include "tests/fakes/fake_ports.h"
#include "tests/unit/scenario/scenario_testing.h"

namespace labctl::scenario {
namespace {

constexpr const char* kRowTable = R"(
title = "T"
teaches = ["RFC 7208 section 2.6"]
[each]
from_host = "{rogue}"
mail_from = "user-a@{zone}"
rcpt_to = "user-b@{zone}"
records = ['@ 20 TXT "v=spf1 ip4:{sender_address} -all"']
expect.auth = { spf = "fail", dkim = "none" }
[[row]]
id = "a"
title = "A"
[[row]]
id = "b"
title = "B"
records = ['_dmarc 20 TXT "v=DMARC1; p=none"']
from_host = "{sender}"
expect = { disposition = "inbox", auth = { spf = "pass" } }
)";

/// The rows of a text, as a file of that stem.
std::vector<Scenario> row_scenarios(const std::string& text) {
  TemporaryDirectory directory;
  const std::string path = directory.path() + "/t.toml";
  EXPECT_TRUE(write_file(path, text).has_value());
  auto rows = load_scenarios_of(path, "x/t");
  if (!rows) throw std::runtime_error(render(rows.error()));
  return *std::move(rows);
}

/// A value as text that tells it from others.
std::string row_text(const config::Value& value) {
  std::string text = value.text + std::to_string(value.integer) + (value.boolean ? "t" : "f");
  for (const auto& item : value.items) text += "[" + row_text(item) + "]";
  for (const auto& member : value.members) text += "{" + member.key + "=" + row_text(member.value) + "}";
  return text;
}

TEST(Rows, WhatTheLabMustHaveIsSaidForTheTable) {
  std::string text = kRowTable;
  text.insert(text.find("[each]"), "needs = [\"dnssec\"]\n");
  for (const auto& row : row_scenarios(text)) {
    EXPECT_FALSE(row.unfit({{"dnssec", "true"}}).has_value());
    const auto unfit = row.unfit({{"dnssec", "false"}});
    ASSERT_TRUE(unfit.has_value());
    EXPECT_EQ(unfit->en, "this lesson is about a lab with dnssec: labctl up --dnssec");
  }
  for (const auto& row : row_scenarios(kRowTable)) EXPECT_FALSE(row.unfit({{"dnssec", "false"}}).has_value());
  text.replace(text.find("dnssec"), 6, "dnsec");
  EXPECT_THROW(row_scenarios(text), std::runtime_error);
}

TEST(Rows, ARowIsWhatEachSaysAndItsOwn) {
  const auto rows = row_scenarios(kRowTable);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "x/t/a");
  ASSERT_EQ(rows[1].steps.size(), 2U);
  EXPECT_EQ(rows[1].steps[0].id, "t-b-zone");
  EXPECT_EQ(rows[1].steps[0].keys.find("records")->items.size(), 2U) << "records of [each] and of the row";
  const auto& message = rows[1].steps[1];
  EXPECT_EQ(message.id, "t-b");
  EXPECT_EQ(message.keys.text_of("from_host"), "{sender}");
  EXPECT_EQ(message.keys.text_of("rcpt_to"), "user-b@{zone}");
  ASSERT_EQ(message.expects.size(), 1U);
  EXPECT_EQ(row_text(message.expects[0].clauses.at(0).expected), "0f{spf=pass0f}{dkim=none0f}");
}

TEST(Rows, ARowIsFoundAgainByItsName) {
  const auto one = parse_scenario(kRowTable, "t.toml", "x/t/b");
  ASSERT_TRUE(one.has_value()) << render(one.error());
  EXPECT_EQ(one->steps.back().id, "t-b");
  EXPECT_FALSE(parse_scenario(kRowTable, "t.toml", "x/t/c").has_value());
}

TEST(Rows, ARowBeginsWithItsZoneAloneAndTheRunPutsTheOldOneBack) {
  fakes::FakeLab lab;
  lab.zones.edit_by_hand("m001.mail.nic.example", "left TXT \"over\"");
  const auto before = lab.zones.zones["m001.mail.nic.example"];
  std::vector<std::string> at_delivery;
  lab.mail.on_deliver = [&] {
    for (const auto& record : lab.zones.zones["m001.mail.nic.example"])
      if (record.type == "TXT") at_delivery.push_back(record.rdata);
    at_delivery.emplace_back("|");
  };
  TemporaryDirectory directory;
  Recorder recorder;
  const auto verdict =
      run(lab.ports(), row_scenarios(kRowTable), {.participants = {"m001"}, .run_dir = directory.path()}, recorder);
  ASSERT_TRUE(verdict.has_value()) << render(verdict.error());
  const std::string spf = "\"v=spf1 ip4:198.18.1.12 -all\"";
  EXPECT_EQ(at_delivery, (std::vector<std::string>{spf, "|", spf, "\"v=DMARC1; p=none\"", "|"}));
  const auto after = lab.zones.zones["m001.mail.nic.example"];
  EXPECT_EQ(std::set(before.begin(), before.end()), std::set(after.begin(), after.end()));
  EXPECT_EQ(failures(*verdict), "");
  EXPECT_EQ(failures(grade(directory.path()).value()), "");
}

// An interrupted run's own ports do nothing any more.
TEST(Rows, AnInterruptedRunPutsTheZonesBackByAnotherWay) {
  fakes::FakeLab lab;
  fakes::FakeZones at_end;
  lab.zones.edit_by_hand("m001.mail.nic.example", "left TXT \"over\"");
  at_end.zones = lab.zones.zones;
  std::stop_source stop;
  lab.mail.on_deliver = [&] {
    at_end.zones = lab.zones.zones;
    lab.zones.fail = Error{ErrorKind::interrupted, "interrupted", {}, {}};
    stop.request_stop();
  };
  TemporaryDirectory directory;
  Recorder recorder;
  auto ports = lab.ports();
  const lab::Ports stoppable{ports.topology, ports.credentials, ports.zones,     ports.mail,
                             ports.hosts,    ports.clock,       stop.get_token()};
  const auto verdict = run(stoppable, row_scenarios(kRowTable),
                           {.participants = {"m001"},
                            .run_dir = directory.path(),
                            .zone_notes = directory.path() + "/zones",
                            .at_end = &at_end},
                           recorder);
  ASSERT_TRUE(verdict.has_value()) << render(verdict.error());
  EXPECT_TRUE(verdict->interrupted);
  EXPECT_EQ(at_end.txt("m001.mail.nic.example", "left.m001.mail.nic.example.", "over"), "over");
  EXPECT_EQ(at_end.txt("m001.mail.nic.example", "m001.mail.nic.example.", "v=spf1"), "");
  EXPECT_FALSE(lab::ZoneHistory(directory.path() + "/zones").kept("m001.mail.nic.example").value());
}

TEST(Rows, WhatAKilledRunLeftIsPutBackFromItsNote) {
  fakes::FakeLab lab;
  TemporaryDirectory directory;
  const lab::ZoneHistory notes(directory.path());
  const std::string zone = "m001.mail.nic.example";
  lab.zones.edit_by_hand(zone, "left TXT \"over\"");
  ASSERT_TRUE(notes.keep(zone, lab.zones.zones[zone]));
  const auto before = lab.zones.zones[zone];
  lab.zones.zones[zone].clear();
  lab.zones.edit_by_hand(zone, "lesson TXT \"left\"");
  EXPECT_TRUE(put_back_noted(lab.zones, notes, zone).value());
  EXPECT_EQ(std::set(before.begin(), before.end()),
            std::set(lab.zones.zones[zone].begin(), lab.zones.zones[zone].end()));
  EXPECT_FALSE(put_back_noted(lab.zones, notes, zone).value()) << "once";
}

TEST(Rows, SpreadRowsGoRoundTheParticipants) {
  fakes::FakeLab lab(2);
  TemporaryDirectory directory;
  Recorder recorder;
  const RunOptions options{.participants = {"m001", "m002"}, .jobs = 2, .run_dir = directory.path(), .spread = true};
  const auto verdict = run(lab.ports(), row_scenarios(kRowTable), options, recorder);
  ASSERT_TRUE(verdict.has_value()) << render(verdict.error());
  ASSERT_EQ(verdict->participants.size(), 2U);
  EXPECT_EQ(verdict->participants[0].steps.back().step, "t-a");
  EXPECT_EQ(verdict->participants[1].steps.back().step, "t-b");
  const auto again = grade(directory.path());
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->participants[1].steps.size(), 2U);
}

TEST(Rows, OnlyRowsCanBeSpread) {
  fakes::FakeLab lab;
  TemporaryDirectory directory;
  Recorder recorder;
  const auto course = find_scenarios({"hands-on/1-before"}).value();
  const auto verdict =
      run(lab.ports(), course, {.participants = {"m001"}, .run_dir = directory.path(), .spread = true}, recorder);
  ASSERT_FALSE(verdict.has_value());
  EXPECT_EQ(verdict.error().kind, ErrorKind::usage);
}

TEST(Rows, ANeighbourHasToBePartOfTheRun) {
  fakes::FakeLab lab(2);
  TemporaryDirectory directory;
  Recorder recorder;
  const auto rows = row_scenarios(std::string(kRowTable) + "neighbour_records = ['x A 192.0.2.1']\n");
  const auto verdict = run(lab.ports(), rows, {.participants = {"m001"}, .run_dir = directory.path()}, recorder);
  ASSERT_FALSE(verdict.has_value());
  EXPECT_NE(verdict.error().message.find("x/t/b"), std::string::npos) << render(verdict.error());
}

TEST(Rows, ARecordAboveTheZonesIsGoneAfterItsRow) {
  fakes::FakeLab lab;
  lab.zones.edit_by_hand("example", "_dmarc.nic TXT \"left by a run that was cut\"");
  std::string at_delivery;
  lab.mail.on_deliver = [&] { at_delivery += lab.zones.txt("example", "_dmarc.nic.example.", "v=DMARC1") + "|"; };
  TemporaryDirectory directory;
  Recorder recorder;
  const auto rows =
      row_scenarios(std::string(kRowTable) + "top_records = ['_dmarc.nic 20 TXT \"v=DMARC1; p=none\"']\n");
  const auto verdict = run(lab.ports(), rows, {.participants = {"m001"}, .run_dir = directory.path()}, recorder);
  ASSERT_TRUE(verdict.has_value()) << render(verdict.error());
  EXPECT_EQ(at_delivery, "|v=DMARC1; p=none|");
  EXPECT_TRUE(lab.zones.zones["example"].empty());
}

TEST(Rows, AnotherStackIsJudgedByItsOwnExpectation) {
  const auto rows = row_scenarios(std::string(kRowTable) +
                                  "at.rspamd = { expect = { disposition = \"junk\" }, differs = \"because\" }\n");
  fakes::FakeLab lab;
  TemporaryDirectory directory;
  Recorder recorder;
  const auto verdict = run(lab.ports(), rows, {.participants = {"m001"}, .run_dir = directory.path()}, recorder);
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(not_passed(*verdict), "t-b fail");
  EXPECT_EQ(step_of(*verdict, "t-b").expectations.size(), 1U) << "what is expected elsewhere is not judged there";
}

TEST(Rows, AStackMayBeSkippedWithAReason) {
  const auto rows = row_scenarios(std::string(kRowTable) + "at.rspamd.skip = \"it can't judge this\"\n");
  fakes::FakeLab lab;
  TemporaryDirectory directory;
  Recorder recorder;
  const auto verdict = run(lab.ports(), rows, {.participants = {"m001"}, .run_dir = directory.path()}, recorder);
  ASSERT_TRUE(verdict.has_value());
  EXPECT_EQ(step_of(*verdict, "t-b").outcome, Outcome::skip);
  EXPECT_EQ(step_of(*verdict, "t-b").expectations.at(0).why.en, "it can't judge this");
}

TEST(Rows, ACureIsFollowedByTheSameMessage) {
  const auto rows = row_scenarios(
      std::string(kRowTable) +
      "break_host = [['{sender}', 'echo', 'broken']]\nmend_host = [['{sender}', 'echo', 'mended']]\nmended = { "
      "disposition = 'inbox' }\n");
  std::vector<std::string> ids;
  for (const auto& step : rows[1].steps) ids.push_back(step.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"t-b-zone", "t-b-broken1", "t-b", "t-b-mended1", "t-b-again"}));
  EXPECT_EQ(rows[1].steps.back().keys.text_of("from_host"), "{sender}");
  fakes::FakeLab lab;
  TemporaryDirectory directory;
  Recorder recorder;
  const auto verdict = run(lab.ports(), rows, {.participants = {"m001"}, .run_dir = directory.path()}, recorder);
  ASSERT_TRUE(verdict.has_value()) << render(verdict.error());
  EXPECT_EQ(lab.hosts.runs, (std::vector<std::string>{"sender.m001: echo broken", "sender.m001: echo mended"}));
  EXPECT_EQ(lab.mail.orders.size(), 3U);
  EXPECT_EQ(failures(*verdict), "");
}

TEST(Rows, AHostIsPutBackWhenAllIsJudged) {
  const auto rows = row_scenarios(std::string(kRowTable) +
                                  "break_host = [['{receiver}', 'echo', 'on']]\nafter_host = [['{receiver}', 'echo', "
                                  "'off']]\nbreak = 'host-fault'\n");
  EXPECT_EQ(rows[1].steps.back().id, "t-b-after1");
  const auto made = broken(rows[1]);
  ASSERT_TRUE(made.has_value()) << render(made.error());
  for (const auto& step : made->scenario.steps) EXPECT_EQ(step.id.find("-broken"), std::string::npos) << step.id;
}

TEST(Rows, TheLessonToBeginWithIsGood) {
  const auto rows = row_scenarios(new_lesson());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_NE(portrait(rows[0], Language::en).find("include:service.{zone}"), std::string::npos);
}

// The library: at least 90 lessons, and no two that are one.
TEST(Lessons, NoTwoAreTheSame) {
  const auto lessons = find_scenarios({"lessons"});
  ASSERT_TRUE(lessons.has_value()) << render(lessons.error());
  EXPECT_GE(lessons->size(), 90U);
  std::map<std::string, std::string> seen;
  for (const auto& lesson : *lessons) {
    std::string all;
    for (const auto& step : lesson.steps) {
      for (const auto& member : step.keys.members)
        if (member.key != "id" && member.key != "title" && member.key != "text")
          all += member.key + "=" + row_text(member.value) + ";";
      for (const auto& expect : step.expects)
        for (const auto& clause : expect.clauses)
          all += std::string(clause.kind->key) + "?" + row_text(clause.expected) + ";";
    }
    const auto [other, fresh] = seen.emplace(all, lesson.name);
    EXPECT_TRUE(fresh) << lesson.name << " is " << other->second;
  }
}

TEST(Lessons, EachCanBeBroken) {
  const auto lessons = find_scenarios({"lessons"});
  ASSERT_TRUE(lessons.has_value()) << render(lessons.error());
  for (const auto& lesson : *lessons) {
    for (const std::string_view stack : {"", "rspamd", "opendmarc"}) {
      const auto made = broken(lesson, stack);
      ASSERT_TRUE(made.has_value()) << lesson.name << ": " << render(made.error());
      for (const auto& step : made->scenario.steps)
        for (const auto& expect : step.expects) EXPECT_EQ(expect.stack, "") << lesson.name;
    }
  }
}

TEST(Lessons, AtAnotherStackWhatHoldsThereIsBroken) {
  const std::string table(kRowTable);
  const auto why = std::string("differs = { ja = 'x', en = 'why' }");
  const auto own = row_scenarios(table + "at.opendmarc = { expect = { disposition = 'rejected' }, " + why + " }\n");
  EXPECT_EQ(broken(own[1])->how, broken(own[1], "rspamd")->how);
  const auto there = broken(own[1], "opendmarc");
  ASSERT_TRUE(there.has_value()) << render(there.error());
  const auto& message = there->scenario.steps.back();
  ASSERT_EQ(message.expects.size(), 1U);
  EXPECT_EQ(message.expects[0].clauses[0].expected.text, "rejected");

  const auto named =
      row_scenarios(table + "at.opendmarc = { expect = { disposition = 'rejected' }, break = 'host', " + why + " }\n");
  EXPECT_EQ(broken(named[1], "opendmarc")->how, "host: another host sends");
  EXPECT_NE(broken(named[1], "rspamd")->how, "host: another host sends");

  const auto skipped = row_scenarios(table + "at.opendmarc = { skip = { ja = 'x', en = 'not there' } }\n");
  ASSERT_TRUE(broken(skipped[1], "opendmarc")->skipped.has_value());
  EXPECT_EQ(broken(skipped[1], "opendmarc")->skipped->en, "not there");
  EXPECT_FALSE(broken(skipped[1], "rspamd")->skipped.has_value());
}

TEST(Lessons, ABrokenOneIsNoticed) {
  fakes::FakeLab lab;
  TemporaryDirectory directory;
  Recorder recorder;
  const auto made = broken(row_scenarios(kRowTable)[0]);
  ASSERT_TRUE(made.has_value()) << render(made.error());
  EXPECT_EQ(made->how, "spf-record: no SPF record");
  const auto verdict =
      run(lab.ports(), {made->scenario}, {.participants = {"m001"}, .run_dir = directory.path()}, recorder);
  ASSERT_TRUE(verdict.has_value()) << render(verdict.error());
  EXPECT_EQ(not_passed(*verdict), "t-a fail");
}

}  // namespace
}  // namespace labctl::scenario
