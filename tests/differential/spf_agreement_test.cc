// Generated policies, judged by labctl and by Debian's python3-spf. Where they differ, a sentence of the RFC says why.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "labctl/base/json.h"
#include "labctl/base/process.h"
#include "labctl/evaluate/spf.h"
#include "tests/contract/daemon.h"
#include "tests/fakes/map_resolver.h"
#include "tests/fakes/paths.h"

namespace labctl::differential {
namespace {

constexpr int kPolicies = 1500;

struct Generated {
  Json dns = Json::object();
  std::string ip;
  std::string sender;
};

/// Policies that mostly make sense, in a world of a few domains and hosts.
class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Generated next() {
    Generated made;
    made.ip = pick({"192.0.2.1", "192.0.2.2", "192.0.2.66", "198.51.100.7", "2001:db8::1", "2001:db8:1::7"});
    made.sender = pick({"user@d0.example", "a-b+c@d0.example", "d0.example", "@d0.example", "user@d1.example"});
    for (int i = 0; i < 5; ++i) domain(made.dns, fmt::format("d{}.example", i));
    for (int i = 0; i < 6; ++i) host(made.dns, fmt::format("h{}.example", i));
    const auto client = evaluate::reverse_name(*evaluate::parse_ip(made.ip));
    if (chance(70)) made.dns[client + " PTR"] = Json::array({pick({"h1.example", "h2.example", "mail.d0.example"})});
    if (chance(5)) made.dns[client + " PTR"] = "!";
    host(made.dns, "mail.d0.example");
    if (chance(50)) made.dns[made.ip + ".list.example A"] = Json::array({"127.0.0.2"});
    return made;
  }

 private:
  std::string pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  void host(Json& dns, const std::string& name) {
    if (chance(5)) {
      dns[name + " A"] = "!";
      dns[name + " AAAA"] = "!";
    } else if (name != "h0.example" && chance(8)) {
      dns[name + " CNAME"] = Json::array({"h0.example"});
    } else {
      if (chance(85)) dns[name + " A"] = Json::array({pick({"192.0.2.1", "192.0.2.2", "203.0.113.5"})});
      if (chance(70)) dns[name + " AAAA"] = Json::array({pick({"2001:db8::1", "2001:db8::2"})});
    }
  }

  void domain(Json& dns, const std::string& name) {
    host(dns, name);
    if (dns.contains(name + " CNAME")) return;
    Json exchanges = Json::array();
    for (unsigned i = random_() % 4; i > 0; --i) exchanges.push_back(fmt::format("{} {}", i, pick(hosts_)));
    if (!exchanges.empty()) dns[name + " MX"] = exchanges;
    if (chance(3)) {
      dns[name + " TXT"] = "!";
    } else if (chance(92)) {
      dns[name + " TXT"] = Json::array({policy()});
      if (chance(4)) dns[name + " TXT"].push_back(policy());
      if (chance(10)) dns[name + " TXT"].push_back("another text");
    }
  }

  std::string policy() {
    std::string text = "v=spf1";
    for (unsigned i = random_() % 6; i > 0; --i) text += " " + pick({"", "", "", "-", "~", "?", "+"}) + mechanism();
    if (chance(15)) text += " redirect=" + pick(domains_);
    if (chance(5)) text += " exp=d4.example";
    if (chance(5)) text += " other=%{d}";
    if (chance(70)) text += " " + pick({"-", "~", "?", "+"}) + "all";
    return text;
  }

  std::string mechanism() {
    if (chance(5))
      return pick({"foo", "ipv4:192.0.2.1", "ip4:192.0.2", "ip4:192.0.2.1/33", "a/33", "mx//129", "include", "exists",
                   "ptr/24", "a:%{x}.example", "ip6:2001:db8:::1", "include:d1", "a:h1.1", "ip4:192.0.2.1/",
                   "a:", "all:x"});
    switch (random_() % 10) {
      case 0:
        return "ip4:" + pick({"192.0.2.1", "192.0.2.0/24", "198.51.100.0/25", "203.0.113.0/24", "192.0.2.64/30"});
      case 1:
        return "ip6:" + pick({"2001:db8::1", "2001:db8::/64", "2001:db8::/32", "2001:db8:9::/48"});
      case 2:
        return "a" + pick({"", "/24", "//64", "/28//64"});
      case 3:
        return "a:" + pick(hosts_) + pick({"", "", "/24", "//48"});
      case 4:
        return "mx" + pick({"", "", "/24", "//64"});
      case 5:
        return "mx:" + pick(domains_);
      case 6:
        return "ptr" + pick({"", ":example", ":d0.example", ":h1.example"}).substr(0, 12);
      case 7:
        return "exists:" +
               pick({"%{i}.list.example", "%{l}.%{d}", "%{h}", "%{dr}.example", "h1.example", "%{d1r}.example"});
      default:
        return "include:" + pick(domains_);
    }
  }

  std::mt19937 random_;
  std::vector<std::string> domains_{"d0.example", "d1.example", "d2.example",
                                    "d3.example", "d4.example", "gone.example"};
  std::vector<std::string> hosts_{"h0.example", "h1.example", "h2.example", "h3.example", "h4.example", "h5.example"};
};

std::string table_of(const Json& dns) {
  std::string table;
  for (const auto& [key, data] : dns.items()) {
    if (data.is_string())
      table += key + " !SERVFAIL\n";
    else
      for (const auto& one : data) table += key + " " + one.get<std::string>() + "\n";
  }
  return table;
}

/// Why python3-spf may say something else of this policy; empty when there is no reason.
std::string reason_to_differ(const evaluate::SpfOutcome& ours, const std::string& result, const std::string& text,
                             const std::string& table) {
  const auto theirs = [&](std::string_view wanted, std::string_view said) {
    return result == wanted && text.find(said) != std::string::npos;
  };
  const auto has = [&](std::string_view what) { return table.find(what) != std::string::npos; };
  if (ours.reason.find("'exists' needs ':'") != std::string::npos)
    return "section 5.7: exists has a domain, python3-spf takes the current one for it";
  if (theirs("permerror", "trivial recursion"))
    return "section 4.6.4: what includes itself ends at ten lookups, if it is come to; python3-spf refuses to begin";
  if (theirs("permerror", "Too many DNS lookups") && has("redirect="))
    return "section 6.1: a redirect counts when it is followed, python3-spf counts it where it stands";
  if (theirs("temperror", "SERVFAIL") && has("ptr"))
    return "section 5.5: trouble while names are looked up makes ptr not match, python3-spf makes it a temperror";
  if ((theirs("temperror", "SERVFAIL") || theirs("permerror", "Void lookup")) && has(" MX "))
    return "section 5.4: exchanges are looked at in turn until one matches, python3-spf looks at all of them first";
  if (theirs("permerror", "Void lookup") && has(" CNAME "))
    return "section 4.6.4: a void lookup is one question, python3-spf counts each alias of it too";
  return {};
}

TEST(SpfAgreement, WithPython3Spf) {
  LABCTL_NEEDS("python3");
  const char* given = std::getenv("LABCTL_SEED");
  const unsigned seed =
      given != nullptr ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device()();
  fmt::print("LABCTL_SEED={}\n", seed);
  Generator generator(seed);
  std::vector<Generated> policies;
  Json question = Json::array();
  for (int i = 0; i < kPolicies; ++i) {
    policies.push_back(generator.next());
    const auto& made = policies.back();
    question.push_back({{"dns", made.dns}, {"ip", made.ip}, {"helo", "h1.example"}, {"sender", made.sender}});
  }
  // The module is Debian's, and so is the interpreter that finds it.
  const auto ran = run_process({.argv = {"/usr/bin/python3", test_path("differential/pyspf_answers.py")},
                                .input = question.dump(),
                                .env = {},
                                .join = {}});
  ASSERT_TRUE(ran.has_value()) << render(ran.error());
  if (ran->err.find("No module named 'spf'") != std::string::npos) GTEST_SKIP() << "python3-spf is not installed";
  ASSERT_EQ(ran->exit_status, 0) << ran->err;
  const Json theirs = Json::parse(ran->out);
  std::map<std::string, int> differences;
  std::map<std::string, int> results;
  for (int i = 0; i < kPolicies; ++i) {
    const auto& made = policies[static_cast<std::size_t>(i)];
    fakes::MapResolver dns(table_of(made.dns));
    const std::string sender = made.sender.find('@') == std::string::npos ? "postmaster@" + made.sender : made.sender;
    const auto ours = evaluate::check_mail_from(
        dns, {.address = *evaluate::parse_ip(made.ip), .helo = "h1.example", .mail_from = sender});
    const auto said = theirs[static_cast<std::size_t>(i)][0].get<std::string>();
    const auto text = theirs[static_cast<std::size_t>(i)][1].get<std::string>();
    ++results[std::string(name_of(ours.result))];
    if (said == name_of(ours.result)) continue;
    const auto reason = reason_to_differ(ours, said, text, table_of(made.dns));
    if (!reason.empty()) {
      ++differences[reason];
      continue;
    }
    std::string trace;
    for (const auto& step : ours.steps) trace += fmt::format("{:{}}{}\n", "", step.depth * 2, step.text);
    ADD_FAILURE() << "labctl: " << name_of(ours.result) << ", python3-spf: " << said << " for " << made.ip << " "
                  << made.sender << " (" << text << ")\n"
                  << trace << table_of(made.dns);
  }
  for (const auto& [result, count] : results) fmt::print("{:5} {}\n", count, result);
  for (const auto& [reason, count] : differences) fmt::print("{:5} differ: {}\n", count, reason);
  EXPECT_EQ(results.size(), 7U) << "the policies should lead to every result";
}

}  // namespace
}  // namespace labctl::differential
