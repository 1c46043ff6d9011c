// Records come from anybody: whatever stands in them, each reader ends, and soon.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "labctl/evaluate/dmarc.h"
#include "labctl/evaluate/spf.h"
#include "tests/fakes/map_resolver.h"

namespace labctl::evaluate {
namespace {

const std::vector<std::string> kSamples{
    "v=spf1 a:host.example/24//64 mx ptr:%{d2r} ip4:192.0.2.0/24 ip6:2001:db8::/32 exists:%{ir}.%{v}.%{L1r+-} -all",
    "v=spf1 include:d.example redirect=%{d} exp=%{o}.example ?all",
    "v=DMARC1; p=quarantine; sp=none; np=reject; adkim=s; aspf=r; pct=50; fo=d:s; psd=n; t=y; "
    "rua=mailto:a@b.example!10m",
    "v=DKIM1; k=rsa; t=y:s; h=sha256; p=MIIBIjANBgkq"};

std::string changed(std::string text, std::mt19937& random) {
  constexpr std::string_view kPieces = "=;:/%{}.-+ ,!\"\\\x00\x7f\xff@~?09aZ";
  for (unsigned i = random() % 6 + 1; i > 0 && !text.empty(); --i) {
    const auto at = random() % text.size();
    switch (random() % 4) {
      case 0:
        text[at] = kPieces[random() % kPieces.size()];
        break;
      case 1:
        text.erase(at, random() % 8);
        break;
      case 2:
        text.insert(at, 1, kPieces[random() % kPieces.size()]);
        break;
      default:
        text.insert(at, text.substr(random() % text.size(), random() % 20));
    }
  }
  return text;
}

/// One answer to every question.
class OneAnswer final : public Resolver {
 public:
  explicit OneAnswer(std::string text) : text_(std::move(text)) {}
  Answer query(std::string_view name, std::string_view type) override {
    ++asked;
    if (type == "PTR") return {.records = {{.owner = "x.", .type = "PTR", .rdata = std::string(name) + "."}}};
    if (type == "MX") return {.records = {{.owner = "x.", .type = "MX", .rdata = "10 mail.example."}}};
    if (type != "TXT") return {.records = {{.owner = "x.", .type = "A", .rdata = "203.0.113.1"}}};
    std::string quoted;
    for (const char c : text_) quoted += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    return {.records = {{.owner = "x.", .type = "TXT", .rdata = '"' + quoted + '"'}}};
  }
  int asked = 0;

 private:
  std::string text_;
};

TEST(Untrusted, EveryReaderTakesWhateverStandsThere) {
  std::mt19937 random(20);
  for (int round = 0; round < 1500; ++round) {
    OneAnswer dns(changed(kSamples[random() % kSamples.size()], random));
    check_mail_from(dns, {.address = *parse_ip("192.0.2.1"), .helo = "h.example", .mail_from = "u@d.example"});
    EXPECT_LE(dns.asked, 250);
    for (const auto rfc : {DmarcRfc::rfc7489, DmarcRfc::rfc9989})
      evaluate_dmarc(dns, {.from_domain = "a.d.example", .spf_domain = {}, .dkim = {{"b.d.example", "pass"}}}, rfc);
  }
}

TEST(Untrusted, ALongRecordCostsLittle) {
  std::string macros = "v=spf1 exists:";
  for (int i = 0; i < 12'000; ++i) macros += "%{p}.";
  OneAnswer many(macros + "example -all");
  check_mail_from(many, {.address = *parse_ip("192.0.2.1"), .helo = "h.example", .mail_from = "u@d.example"});
  EXPECT_LE(many.asked, 5);
  std::string tags = "v=DMARC1; p=none";
  for (int i = 0; i < 15'000; ++i) tags += ";x=1";
  EXPECT_LE(parse_dmarc_record(tags, DmarcRfc::rfc9989).problems.size(), 1000U);
}

}  // namespace
}  // namespace labctl::evaluate
