#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <set>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/lab/transition.h"
#include "tests/fakes/paths.h"
#include "tests/live/live_lab.h"
#include "tests/live/stopped_run.h"

// Each daemon stopped, killed and paused at each stage of a step, while labctl stands still there: the outcome is an
// `error` that names the culprit, or the right verdict, never a wrong pass or fail. LABCTL_FAULTS="WORD…" takes only
// the cells whose daemon, fault or stage is among the words ("knot paused", "zone.looked").
namespace labctl::live {
namespace {

constexpr const char* kFaultLab = "faults";
constexpr const char* kReceiver = "receiver.m001";

struct Daemon {
  std::string_view name;
  std::string host;
  std::string unit;
  std::string_view culprit;  ///< an error about it names this
};
const std::array<Daemon, 6> kDaemons{{
    {"knot", kReceiver, "knot.service", "knot"},
    {"unbound", "resolver", "unbound.service", "resolver"},
    {"rspamd", "filter", "rspamd.service", "filter"},
    {"redis", "filter", "redis-server.service", "filter"},
    {"postfix", kReceiver, "postfix@-.service", "postfix"},
    {"dovecot", kReceiver, "dovecot.service", "dovecot"},
}};

struct Fault {
  std::string_view name;
  std::string_view make;  ///< shell, {unit}
  std::string_view seen;  ///< shell that ends well when the fault is there
  std::string_view undo;
};
// Some of Debian's units start a killed daemon again at once; that it is another process then is what is seen.
constexpr std::array<Fault, 3> kFaults{{
    {"stopped", "systemctl stop {unit}", "! systemctl is-active --quiet {unit}",
     "systemctl reset-failed {unit}; systemctl start {unit}"},
    {"killed", "systemctl show -P MainPID {unit} >/run/fault; systemctl kill -s KILL {unit}",
     "! systemctl is-active --quiet {unit} || test $(systemctl show -P MainPID {unit}) != $(cat /run/fault)",
     "systemctl reset-failed {unit}; systemctl start {unit}"},
    {"paused", "systemctl kill -s STOP {unit}",
     "test $(ps -o stat= -p $(systemctl show -P MainPID {unit}) | cut -c1) = T", "systemctl kill -s CONT {unit}"},
}};

/// The outcome of each expectation: "4 disposition 1" -> "pass". Those of a step that came to nothing are fewer.
using Verdicts = std::map<std::string, std::string>;
Verdicts verdicts_in(const Json& run) {
  Verdicts found;
  std::map<std::string, int> times;
  for (const auto& participant : run.at("participants"))
    for (const auto& step : participant.at("steps"))
      for (const auto& expectation : step.at("expectations")) {
        const auto what =
            fmt::format("{} {}", step.at("step").get<std::string>(), expectation.at("that").get<std::string>());
        found[fmt::format("{} {}", what, ++times[what])] = expectation.at("outcome").get<std::string>();
      }
  return found;
}

/// Of a lab without faults; of both kinds, or the test could not see a wrong one.
Verdicts right_verdicts(const LiveLab& lab, const std::string& scenario) {
  auto right = verdicts_in(lab.run({scenario}));
  std::set<std::string> kinds;
  for (const auto& [what, outcome] : right) kinds.insert(outcome);
  EXPECT_EQ(kinds, (std::set<std::string>{"fail", "pass"}));
  return right;
}

std::string for_unit(std::string_view script, const std::string& unit) {
  std::string text(script);
  for (auto at = text.find("{unit}"); at != std::string::npos; at = text.find("{unit}")) text.replace(at, 6, unit);
  return text;
}

bool chosen(std::initializer_list<std::string_view> words) {
  const char* told = std::getenv("LABCTL_FAULTS");
  if (told == nullptr) return true;
  for (const auto& wanted : split(told, ' '))
    if (std::ranges::none_of(words, [&](std::string_view word) { return word == wanted; })) return false;
  return true;
}

struct Counts {
  int cells = 0;
  int errors = 0;
  int right = 0;
  int wrong = 0;
};

/// Judges a run with a fault in it against the right verdicts.
void judge(const Json& run, const Verdicts& right, std::string_view culprit, Counts& counts) {
  ++counts.cells;
  bool error = false;
  bool wrong = false;
  bool named = false;
  const auto found = verdicts_in(run);
  EXPECT_GE(found.size(), 4U) << run.dump(1);
  for (const auto& [what, outcome] : found) {
    error = error || outcome == "error";
    if (outcome == "pass" || outcome == "fail") {
      const auto expected = right.find(what);
      wrong = wrong || expected == right.end() || outcome != expected->second;
    }
  }
  for (const auto& participant : run.at("participants"))
    for (const auto& step : participant.at("steps"))
      for (const auto& expectation : step.at("expectations"))
        named = named || (expectation.at("outcome") == "error" &&
                          expectation.at("why").get<std::string>().find(culprit) != std::string::npos);
  EXPECT_FALSE(wrong) << run.dump(1);
  EXPECT_TRUE(named || !error) << "nothing names " << culprit << "\n" << run.dump(1);
  ++(wrong || (error && !named) ? counts.wrong : error ? counts.errors : counts.right);
}

void tell(std::string_view what, const Counts& counts) {
  fmt::print("{}: {} cells: {} errors with the culprit named, {} right verdicts, {} wrong\n", what, counts.cells,
             counts.errors, counts.right, counts.wrong);
}

/// The lab is whole again, and says so.
void expect_whole(const LiveLab& lab) {
  const auto up = lab({"up", "-n", "1"});
  EXPECT_EQ(up.exit_status, 0) << up.out << up.err;
}

TEST(Faults, ADaemonThatFailsAtAnyStageNeverMakesAWrongVerdict) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab(kFaultLab, 1);
  const auto scenario = test_path("live/scenarios/faults.toml");
  const auto right = right_verdicts(lab, scenario);
  Counts counts;
  for (const auto& daemon : kDaemons)
    for (const auto& fault : kFaults)
      for (const auto stage : lab::stages()) {
        if (!chosen({daemon.name, fault.name, stage})) continue;
        SCOPED_TRACE(fmt::format("{} {} at {}", daemon.name, fault.name, stage));
        const auto began = real_clock().now();
        {
          StoppedRun run(kFaultLab, scenario, stage);
          if (!run.stands()) continue;
          lab.on(daemon.host, for_unit(fault.make, daemon.unit));
          lab.on(daemon.host, for_unit(fault.seen, daemon.unit));
          judge(run.go_on(), right, daemon.culprit, counts);
        }
        lab.on(daemon.host, for_unit(fault.undo, daemon.unit));
        expect_whole(lab);
        fmt::print(stderr, "{} {} at {}: {:.1f} s\n", daemon.name, fault.name, stage,
                   std::chrono::duration<double>(real_clock().now() - began).count());
      }
  tell("daemons", counts);
  EXPECT_EQ(verdicts_in(lab.run({scenario})), right) << "after all of them";
  EXPECT_TRUE(std::getenv("LABCTL_FAULTS") != nullptr || counts.cells == 90) << counts.cells;
}

TEST(Faults, AResolverWithoutAnswersAndAFullDiskNeverMakeAWrongVerdict) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab(kFaultLab, 1);
  const auto scenario = test_path("live/scenarios/faults.toml");
  const auto right = right_verdicts(lab, scenario);
  Counts counts;
  for (const auto stage : lab::stages()) {
    if (chosen({"servfail", stage})) {
      SCOPED_TRACE(fmt::format("SERVFAIL at {}", stage));
      const std::string zone = "m001.mail.nic.example";
      {
        StoppedRun run(kFaultLab, scenario, stage);
        if (!run.stands()) continue;
        // Nobody answers there.
        lab.on("resolver",
               "unbound-control forward_add +i " + zone + " 127.0.0.1@1; unbound-control flush_zone " + zone);
        lab.on("resolver", "dig @198.18.0.2 +tries=1 +time=5 " + zone +
                               " SOA | grep -q SERVFAIL || dig @127.0.0.1 +tries=1 +time=5 " + zone +
                               " SOA | grep -q SERVFAIL");
        judge(run.go_on(), right, "resolver", counts);
      }
      lab.on("resolver", "unbound-control forward_remove " + zone + "; unbound-control flush_zone " + zone +
                             "; unbound-control flush_infra all");
      expect_whole(lab);
    }
    if (chosen({"disk", stage})) {
      SCOPED_TRACE(fmt::format("full disk at {}", stage));
      {
        StoppedRun run(kFaultLab, scenario, stage);
        if (!run.stands()) continue;
        lab.on(kReceiver,
               "dd if=/dev/zero of=/var/fill bs=1M 2>/dev/null; dd if=/dev/zero of=/var/rest bs=1k 2>/dev/null; "
               "! dd if=/dev/zero of=/var/more bs=4k count=1 2>/dev/null");
        judge(run.go_on(), right, kReceiver, counts);
      }
      lab.on(kReceiver, "rm -f /var/fill /var/rest /var/more; systemctl restart postfix@- dovecot");
      const auto repaired = lab({"zone", "repair", "m001.mail.nic.example"});
      EXPECT_EQ(repaired.exit_status, 0) << repaired.out << repaired.err;
      expect_whole(lab);
    }
  }
  tell("SERVFAIL and full disk", counts);
  EXPECT_EQ(verdicts_in(lab.run({scenario})), right) << "after all of them";
}

TEST(Faults, ASignerWhoseClockIsADayOffIsNoWrongKey) {
  LABCTL_LIVE_OR_SKIP();
  const LiveLab lab(kFaultLab, 1);
  const auto scenario = test_path("live/scenarios/signers-clock.toml");
  const auto right = right_verdicts(lab, scenario);
  Counts counts;
  for (const char* off : {"+1d", "-1d"}) {
    SCOPED_TRACE(off);
    lab.on("sender.m001",
           fmt::format("mkdir -p /run/systemd/system/opendkim.service.d; "
                       "printf '[Service]\\nEnvironment=LD_PRELOAD=/usr/lib/x86_64-linux-gnu/faketime/"
                       "libfaketime.so.1 FAKETIME={}\\n' >/run/systemd/system/opendkim.service.d/clock.conf; "
                       "systemctl daemon-reload; systemctl restart opendkim",
                       off));
    judge(lab.run({scenario}), right, "opendkim", counts);
    EXPECT_EQ(counts.errors, counts.cells) << "the fault shows nowhere";
  }
  lab.on("sender.m001",
         "rm /run/systemd/system/opendkim.service.d/clock.conf; systemctl daemon-reload; "
         "systemctl restart opendkim");
  tell("the signer's clock", counts);
  EXPECT_EQ(verdicts_in(lab.run({scenario})), right);
}

}  // namespace
}  // namespace labctl::live
