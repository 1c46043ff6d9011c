// Generated records and messages, judged by RFC 7489 as labctl has it and by libopendmarc. Where they differ, a
// sentence of the RFC says why.
#if __has_include(<opendmarc/dmarc.h>)

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/param.h>
#include <sys/types.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

extern "C" {
#include <opendmarc/dmarc.h>
}

#include "labctl/evaluate/dmarc.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/evaluate/public_suffix.h"
#include "tests/fakes/map_resolver.h"

namespace labctl::differential {
namespace {

using evaluate::DmarcInput;

constexpr int kMessages = 3000;
constexpr const char* kSuffixList = "/usr/share/publicsuffix/public_suffix_list.dat";

struct GeneratedMessage {
  std::string record;
  bool is_own = true;  ///< the record stands at the author domain, not at its organizational domain
  DmarcInput input;
};

class MessageGenerator {
 public:
  explicit MessageGenerator(unsigned seed) : random_(seed) {}

  GeneratedMessage next() {
    GeneratedMessage made;
    made.input.from_domain =
        pick({"shop.com", "a.shop.com", "b.a.shop.com", "shop.co.jp", "a.shop.co.jp", "m1.nic.example"});
    made.is_own =
        chance(60) || evaluate::listed_organizational_domain(made.input.from_domain) == made.input.from_domain;
    made.record = record();
    if (chance(50)) {
      made.input.spf = evaluate::SpfResult::pass;
      made.input.spf_domain = domain();
    } else {
      made.input.spf = evaluate::SpfResult::fail;
      made.input.spf_domain = domain();
    }
    for (unsigned i = random_() % 3; i > 0; --i) made.input.dkim.push_back({domain(), chance(70) ? "pass" : "fail"});
    return made;
  }

 private:
  std::string pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  std::string domain() {
    return pick({"shop.com", "a.shop.com", "b.a.shop.com", "other.com", "myshop.com", "com", "shop.co.jp", "co.jp",
                 "m1.nic.example", "m2.nic.example", "nic.example", "xa.shop.com"});
  }
  std::string record() {
    if (chance(4))
      return pick({"v=DMARC1", "v=DMARC2; p=reject", "v=dmarc1; p=reject", "p=reject; v=DMARC1", "v=DMARC1; sp=none"});
    std::string text = "v=DMARC1; p=" + pick({"none", "quarantine", "reject", "reject", "REJECT"});
    if (chance(3)) text = "v=DMARC1; p=bad";
    if (chance(40)) text += "; sp=" + pick({"none", "quarantine", "reject"});
    if (chance(40)) text += "; aspf=" + pick({"r", "s"});
    if (chance(40)) text += "; adkim=" + pick({"r", "s"});
    if (chance(10)) text += "; pct=100";
    if (chance(20)) text += "; rua=mailto:d@shop.com";
    if (chance(10)) text += "; np=none";
    if (chance(10)) text += "; x=y";
    if (chance(20)) text += ";";
    return text;
  }
  std::mt19937 random_;
};

u_char* bytes(std::string& text) { return reinterpret_cast<u_char*>(text.data()); }

/// "pass", or the policy that is to be enforced; "absent" when the record is not taken.
std::string theirs_of(const GeneratedMessage& made) {
  std::string address = "192.0.2.1";
  auto* const context = opendmarc_policy_connect_init(bytes(address), DMARC_POLICY_IP_TYPE_IPV4);
  const std::unique_ptr<DMARC_POLICY_T, DMARC_POLICY_T* (*)(DMARC_POLICY_T*)> owned(context,
                                                                                    opendmarc_policy_connect_shutdown);
  std::string from = made.input.from_domain;
  std::string organizational = evaluate::listed_organizational_domain(from);
  std::string record = made.record;
  std::string human = "x";
  std::string selector = "s";
  opendmarc_policy_store_from_domain(context, bytes(from));
  std::string spf = made.input.spf_domain;
  opendmarc_policy_store_spf(
      context, bytes(spf),
      made.input.spf == evaluate::SpfResult::pass ? DMARC_POLICY_SPF_OUTCOME_PASS : DMARC_POLICY_SPF_OUTCOME_FAIL,
      DMARC_POLICY_SPF_ORIGIN_MAILFROM, bytes(human));
  for (const auto& signature : made.input.dkim) {
    std::string domain = signature.domain;
    opendmarc_policy_store_dkim(
        context, bytes(domain), bytes(selector),
        signature.result == "pass" ? DMARC_POLICY_DKIM_OUTCOME_PASS : DMARC_POLICY_DKIM_OUTCOME_FAIL, bytes(human));
  }
  if (opendmarc_policy_store_dmarc(context, bytes(record), bytes(from),
                                   made.is_own ? nullptr : bytes(organizational)) != DMARC_PARSE_OKAY)
    return "absent";
  switch (opendmarc_get_policy_to_enforce(context)) {
    case DMARC_POLICY_PASS:
      return "pass";
    case DMARC_POLICY_REJECT:
      return "reject";
    case DMARC_POLICY_QUARANTINE:
      return "quarantine";
    case DMARC_POLICY_NONE:
      return "none";
    default:
      return "absent";
  }
}

std::string ours_of(const evaluate::DmarcOutcome& outcome) {
  if (outcome.result == evaluate::DmarcResult::pass) return "pass";
  return outcome.policy ? std::string(name_of(*outcome.policy)) : "absent";
}

std::string reason_to_differ(const GeneratedMessage& made, const std::string& ours, const std::string& theirs) {
  const auto from_organization = evaluate::listed_organizational_domain(made.input.from_domain);
  const auto any = [&](const auto& test) {
    bool found = made.input.spf == evaluate::SpfResult::pass && test(made.input.spf_domain);
    for (const auto& signature : made.input.dkim)
      found = found || (signature.result == "pass" && test(signature.domain));
    return found;
  };
  const bool is_strict =
      made.record.find("aspf=s") != std::string::npos || made.record.find("adkim=s") != std::string::npos;
  if (theirs == "pass" && is_strict && any([&](const std::string& domain) {
        return evaluate::listed_organizational_domain(domain) == from_organization;
      }))
    return "section 3.1: under strict alignment only the same name is aligned, libopendmarc takes a subdomain too";
  if (theirs == "pass" && any([&](const std::string& domain) {
        return domain != from_organization && evaluate::is_at_or_below(from_organization, domain);
      }))
    return "section 3.1.1: a public suffix has no organizational domain in common, libopendmarc takes d=com as aligned";
  if (ours == "pass" && made.input.from_domain.ends_with(".example"))
    return "section 3.2: the list's rule for names that it does not hold is '*', libopendmarc has no such rule";
  if (ours == "pass" && made.input.dkim.size() > 1 && made.input.dkim.back().result != "pass")
    return "section 6.6.2: one aligned signature is enough, libopendmarc lets one that fails behind it replace it";
  if (theirs == "absent" && made.record.find("p=bad") != std::string::npos && ours != "absent")
    return "section 6.6.3: a record with rua and without a valid p is taken as p=none, libopendmarc refuses it";
  if (ours == "absent" && (made.record.starts_with("v=dmarc1") || made.record.starts_with("p=")))
    return "section 6.3: v=DMARC1 comes first and is matched precisely, libopendmarc is lenient";
  return {};
}

TEST(DmarcAgreement, WithLibopendmarc) {
  OPENDMARC_LIB_T library;
  std::memset(&library, 0, sizeof library);
  library.tld_type = OPENDMARC_TLD_TYPE_MOZILLA;
  std::memcpy(library.tld_source_file, kSuffixList, std::strlen(kSuffixList) + 1);
  ASSERT_EQ(opendmarc_policy_library_init(&library), DMARC_PARSE_OKAY);
  const char* given = std::getenv("LABCTL_SEED");
  const unsigned seed =
      given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device()();
  fmt::print("LABCTL_SEED={}\n", seed);
  MessageGenerator generator(seed);
  std::map<std::string, int> differences;
  std::map<std::string, int> results;
  for (int i = 0; i < kMessages; ++i) {
    const auto made = generator.next();
    const auto at =
        made.is_own ? made.input.from_domain : evaluate::listed_organizational_domain(made.input.from_domain);
    fakes::MapResolver dns("_dmarc." + at + " TXT " + made.record);
    const auto ours = ours_of(evaluate::evaluate_dmarc(dns, made.input, evaluate::DmarcRfc::rfc7489));
    const auto theirs = theirs_of(made);
    ++results[ours];
    if (ours == theirs) continue;
    const auto reason = reason_to_differ(made, ours, theirs);
    if (!reason.empty()) {
      ++differences[reason];
      continue;
    }
    std::string signatures;
    for (const auto& signature : made.input.dkim)
      signatures += fmt::format(" {}={}", signature.domain, signature.result);
    ADD_FAILURE() << "labctl: " << ours << ", libopendmarc: " << theirs << " for " << made.input.from_domain << " with "
                  << made.record << " at " << at << ", spf " << made.input.spf_domain << "=" << name_of(made.input.spf)
                  << ", dkim" << signatures;
  }
  opendmarc_policy_library_shutdown(&library);
  for (const auto& [result, count] : results) fmt::print("{:5} {}\n", count, result);
  for (const auto& [reason, count] : differences) fmt::print("{:5} differ: {}\n", count, reason);
  EXPECT_EQ(results.size(), 5U) << "the messages should come to every end";
}

}  // namespace
}  // namespace labctl::differential

#endif
