// Zones of tests/corpus/lint: blocks parted by empty lines, each after the head below. In bad/ the first line of a
// block names the findings that it must have, and all that it may have; in good/ there is none.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/lint/lint.h"
#include "tests/fakes/paths.h"

namespace labctl::lint {
namespace {

constexpr std::string_view kHead =
    "$ORIGIN shop.example.\n$TTL 20\n@ SOA ns hostmaster 1 1 1 1 1\n@ NS ns\nns A 192.0.2.53\nout A 192.0.2.1\n";
constexpr std::size_t kHeadLines = 6;

struct Block {
  std::string place;  ///< file:line
  std::set<std::string> expected;
  std::vector<std::string> lines;
};

std::vector<Block> blocks_in(const std::string& folder) {
  std::vector<Block> blocks;
  for (const auto& entry : std::filesystem::directory_iterator(test_path("corpus/lint/" + folder))) {
    const auto lines = lines_of(read_file(entry.path()).value());
    bool open = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (trim(lines[i]).empty()) {
        open = false;
        continue;
      }
      if (!open) blocks.push_back({fmt::format("{}:{}", entry.path().filename().string(), i + 1), {}, {}});
      open = true;
      constexpr std::string_view kMark = "; finds ";
      if (lines[i].starts_with(kMark)) {
        for (const auto& id : split(lines[i].substr(kMark.size()), ' ')) blocks.back().expected.insert(id);
      } else {
        blocks.back().lines.push_back(lines[i]);
      }
    }
  }
  return blocks;
}

Findings findings_of(const Block& block) {
  auto read = read_written_zone(std::string(kHead) + join(block.lines, "\n") + "\n", "shop.zone");
  if (!read.is_read) return read.findings;
  auto of_text = read.findings;
  std::vector<WrittenZone> zones;
  zones.push_back(std::move(read.zone));
  // The reverse zone of the head's hosts, and another organization.
  zones.push_back(
      read_written_zone("$ORIGIN 2.0.192.in-addr.arpa.\n$TTL 20\n@ SOA ns.shop.example. h.shop.example. 1 1 1 1 1\n"
                        "53 PTR ns.shop.example.\n1 PTR out.shop.example.\n25 PTR mail.shop.example.\n",
                        "reverse.zone")
          .zone);
  zones.push_back(
      read_written_zone("$ORIGIN reports.example.\n$TTL 20\n@ SOA ns.shop.example. h.shop.example. 1 1 1 1 1\n"
                        "shop.example._report._dmarc TXT \"v=DMARC1\"\n",
                        "reports.zone")
          .zone);
  zones.push_back(
      read_written_zone("$ORIGIN strangers.example.\n$TTL 20\n@ SOA ns.shop.example. h.shop.example. 1 1 1 1 1\n",
                        "strangers.zone")
          .zone);
  auto findings = lint(std::move(zones));
  std::erase_if(findings, [](const Finding& finding) { return finding.file != "shop.zone"; });
  findings.insert(findings.end(), of_text.begin(), of_text.end());
  return findings;
}

std::string told(const Findings& findings) {
  std::string text;
  for (const auto& finding : findings) text += fmt::format("\n  {}: {}", finding.id, finding.message.en);
  return text;
}

/// All that a person needs, in both languages.
void expect_told(const Finding& finding, const Block& block) {
  EXPECT_TRUE(!finding.message.ja.empty() && !finding.message.en.empty()) << finding.id;
  EXPECT_TRUE(!finding.advice.ja.empty() && !finding.advice.en.empty()) << finding.id;
  EXPECT_NE(finding.message.ja, finding.message.en) << finding.id;
  EXPECT_TRUE(finding.source.starts_with("RFC ") && finding.source.find(" section ") != std::string::npos)
      << finding.id << ": " << finding.source;
  EXPECT_EQ(finding.file, "shop.zone");
  EXPECT_GT(finding.line, finding.id == "zone.syntax" ? 0U : kHeadLines - 5) << block.place << finding.id;
  EXPECT_TRUE(finding.id == "zone.syntax" || finding.owner.ends_with(".")) << finding.id;
}

TEST(LintCorpus, EachBadBlockHasItsFindings) {
  const auto blocks = blocks_in("bad");
  EXPECT_GE(blocks.size(), 150U);
  for (const auto& block : blocks) {
    const auto findings = findings_of(block);
    std::set<std::string> ids;
    for (const auto& finding : findings) {
      ids.insert(finding.id);
      expect_told(finding, block);
    }
    EXPECT_EQ(ids, block.expected) << block.place << told(findings);
    // Two that exclude each other are one mistake.
    for (const char* id : {"spf.two-records", "dkim.two-records", "dmarc.two-records", "cname.two"})
      EXPECT_LE(std::ranges::count(findings, id, &Finding::id), 1) << block.place << told(findings);
  }
}

TEST(LintCorpus, NoGoodBlockHasAny) {
  const auto blocks = blocks_in("good");
  EXPECT_GE(blocks.size(), 100U);
  for (const auto& block : blocks) {
    const auto findings = findings_of(block);
    EXPECT_TRUE(findings.empty()) << block.place << told(findings);
  }
}

TEST(Lint, ALineIsThatOfTheRecord) {
  auto read = read_written_zone(std::string(kHead) + "a TXT \"x\"\n\n; nothing\n@ TXT \"v=spf1 +all\"\n", "z");
  std::vector<WrittenZone> zones;
  zones.push_back(std::move(read.zone));
  const auto findings = lint(std::move(zones));
  ASSERT_EQ(findings.size(), 1U) << told(findings);
  EXPECT_EQ(findings[0].line, kHeadLines + 4);
  EXPECT_EQ(findings[0].owner, "shop.example.");
  EXPECT_EQ(findings[0].source, "RFC 7208 section 5.1");
  EXPECT_EQ(findings[0].advice.en, "write -all or ~all");
}

TEST(Lint, AddressesAndPointersHaveToAgree) {
  std::vector<WrittenZone> zones;
  const auto add = [&](const std::string& apex, const std::string& records) {
    zones.push_back(
        read_written_zone(fmt::format("$ORIGIN {}\n$TTL 20\n@ SOA ns.shop.example. h.shop.example. 1 1 1 1 1\n"
                                      "@ NS ns.other.test.\n{}",
                                      apex, records),
                          apex)
            .zone);
  };
  add("shop.example.", "mail A 192.0.2.25\nmail AAAA 2001:db8::25\nsix AAAA 2001:db8::26\nfour A 192.0.2.26\n");
  add("2.0.192.in-addr.arpa.", "25 PTR mail.shop.example.\n27 PTR mail.shop.example.\n28 PTR host.far.test.\n");
  add("0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
      "5.2 PTR mail.shop.example.\n7.2 PTR mail.shop.example.\n");
  std::set<std::string> found;
  for (const auto& finding : lint(std::move(zones))) found.insert(finding.id + " " + finding.owner);
  EXPECT_EQ(found,
            (std::set<std::string>{
                "a.no-ptr four.shop.example.", "a.no-ptr six.shop.example.", "ptr.mismatch 27.2.0.192.in-addr.arpa.",
                "ptr.mismatch 7.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."}));
}

TEST(Lint, TheTreeOfLookupsIsShown) {
  Block block;
  block.lines = {
      "@ TXT \"v=spf1 a:out.shop.example include:i.shop.example -all\"",
      "i TXT \"v=spf1 a:out.shop.example mx:a.example mx:b.example mx:c.example mx:d.example exists:e.example "
      "exists:f.example exists:g.example exists:h.example ~all\""};
  const auto findings = findings_of(block);
  ASSERT_EQ(findings.size(), 1U) << told(findings);
  EXPECT_EQ(findings[0].id, "spf.lookups");
  EXPECT_NE(findings[0].message.en.find("11 terms ask DNS"), std::string::npos);
  EXPECT_NE(findings[0].message.en.find("\n  2 include:i.shop.example\n  3   a:out.shop.example"), std::string::npos)
      << findings[0].message.en;
}

}  // namespace
}  // namespace labctl::lint
