#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>
#include <set>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/cli/common.h"
#include "labctl/cli/live_status.h"
#include "labctl/cli/zone/zone_verbs.h"
#include "labctl/dns/visibility.h"
#include "labctl/lab/zone_admin.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/watched.h"

namespace labctl::cli {
namespace {

constexpr Milliseconds kWatchTick{1000};
constexpr int kMostLooks = 1'000'000;

struct WatchFlags {
  std::string zone;
  std::vector<std::string> names;
  std::string scenario;
  int seconds = 0;
  bool until_visible = false;
  bool flush = false;
  bool json = false;
};

struct WatchedName {
  std::string name;
  std::string type;
};

struct Watched {
  WatchedName question;
  dns::Answer authority;
  dns::Answer cached;
  dns::Visibility visibility;
};

Result<WatchedName> watched_name(const std::string& text, const std::string& zone) {
  const auto space = text.find(' ');
  if (space == std::string::npos)
    return usage_error(fmt::format("'{}' is not a name and a type", printable(text)), {}, "write e.g. '_dmarc TXT'");
  WatchedName watched{.name = {}, .type = std::string(trim(std::string_view(text).substr(space)))};
  if (!dns::is_record_type(watched.type))
    return usage_error(fmt::format("'{}' is no record type", printable(watched.type)), {}, "write e.g. '_dmarc TXT'");
  LABCTL_ASSIGN(watched.name, dns::absolute_name(text.substr(0, space), zone));
  std::ranges::transform(watched.type, watched.type.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return watched;
}

/// What is asked for: what the person names, else what the lesson's steps are about, else what receivers of mail look
/// up and there is.
Result<std::vector<WatchedName>> names_of(const WatchFlags& flags, lab::Lab& lab, const lab::Ports& ports) {
  std::vector<std::string> texts = flags.names;
  if (!flags.scenario.empty()) {
    LABCTL_ASSIGN(const auto scenarios, scenario::find_scenarios({flags.scenario}));
    const auto owner =
        std::ranges::find(lab.topology().participants, to_lower(flags.zone), &topology::Participant::zone);
    if (owner == lab.topology().participants.end())
      return usage_error(fmt::format("a lesson is about a participant's zone, and {} is none", printable(flags.zone)));
    for (const auto& one : scenarios)
      for (auto& text : scenario::watched_by(one, lab.topology(), *owner)) texts.push_back(std::move(text));
    if (texts.empty()) return usage_error(fmt::format("no step of {} is about records", printable(flags.scenario)));
  }
  if (texts.empty()) {
    texts = {"@ TXT", "@ MX", "_dmarc TXT"};
    LABCTL_ASSIGN(const auto records, ports.zones.read(flags.zone));
    for (const auto& record : records)
      if (record.owner.find("._domainkey.") != std::string::npos) texts.push_back(record.owner + " " + record.type);
  }
  std::vector<WatchedName> names;
  std::set<std::pair<std::string, std::string>> known;
  for (const auto& text : texts) {
    LABCTL_ASSIGN(auto watched, watched_name(text, flags.zone));
    if (known.emplace(watched.name, watched.type).second) names.push_back(std::move(watched));
  }
  return names;
}

std::string data_of(const dns::Answer& answer) {
  // A referral, or what a resolver that has just started found of its root servers, is no answer.
  if (!answer.authoritative && (answer.rcode == "NOERROR" && !dns::is_from_cache(answer))) return "not in the cache";
  std::string data;
  for (const auto& record : answer.records)
    data += fmt::format("{}{} ({} s)", data.empty() ? "" : " | ", record.rdata, record.ttl);
  if (!data.empty()) return printable(data);
  if (answer.rcode != "NOERROR" && answer.rcode != "NXDOMAIN") return answer.rcode;
  return fmt::format("{}: nothing there ({} s)", answer.rcode, answer.negative_ttl);
}

Json json_of(const dns::Answer& answer) {
  Json records = Json::array();
  for (const auto& record : answer.records)
    records.push_back({{"owner", record.owner}, {"ttl", record.ttl}, {"type", record.type}, {"rdata", record.rdata}});
  return {{"rcode", answer.rcode}, {"records", std::move(records)}, {"negative_ttl", answer.negative_ttl}};
}

class Watch {
 public:
  Watch(const Context& context, const WatchFlags& flags, lab::ZoneAdmin& admin, std::vector<WatchedName> names)
      : context_(context), flags_(flags), admin_(admin), names_(std::move(names)) {}

  Result<int> run() {
    const bool redrawn = !flags_.json && is_rich_terminal(STDOUT_FILENO);
    for (int tick = 0;; ++tick) {
      LABCTL_ASSIGN(const auto seen, look());
      if (flags_.json)
        print_json_line(seen);
      else
        print_lines(seen, redrawn);
      // Nobody sees it any more; whether that is an error is said when the verb has ended.
      if (flush_output() != 0) return flags_.until_visible ? 1 : 0;
      const bool all_visible = std::ranges::all_of(seen, [](const Watched& one) {
        return one.visibility.state == dns::VisibilityState::visible ||
               one.visibility.state == dns::VisibilityState::not_cached;
      });
      if (flags_.until_visible && all_visible) return 0;
      if (flags_.seconds > 0 && tick + 1 >= flags_.seconds) return flags_.until_visible ? 1 : 0;
      // A second passes, unless the person has seen enough.
      const auto waited = wait_until(
          real_clock(), {.total = kWatchTick, .first = kWatchTick, .longest = kWatchTick}, "the next look",
          []() -> Result<bool> { return false; }, context_.stop);
      if (!waited && waited.error().kind == ErrorKind::interrupted) {
        if (flags_.until_visible) return std::unexpected(waited.error());
        return 0;
      }
    }
  }

 private:
  Result<std::vector<Watched>> look() {
    std::vector<Watched> seen;
    for (const auto& name : names_) {
      Watched one{.question = name, .authority = {}, .cached = {}, .visibility = {}};
      LABCTL_ASSIGN(one.authority, admin_.ask_authority(flags_.zone, name.name, name.type));
      LABCTL_ASSIGN(one.cached, admin_.ask_cache(name.name, name.type));
      one.visibility = dns::visibility_of(one.authority, one.cached);
      seen.push_back(std::move(one));
    }
    return seen;
  }

  void print_lines(const std::vector<Watched>& seen, bool redrawn) {
    std::string text;
    for (const auto& one : seen)
      text += fmt::format("{} {}\n  authority  {}\n  resolver   {}\n  -> {}\n", one.question.name, one.question.type,
                          data_of(one.authority), data_of(one.cached), one.visibility.why.in(context_.language));
    if (!redrawn) return print(text);
    // The lines of the last look are taken away, and drawn anew: as many as the terminal showed.
    const auto [columns, rows] = size_of_terminal(STDOUT_FILENO);
    const auto lines = screen_lines(text, columns, rows > 1 ? rows - 1 : 1);
    // Each written over and its rest erased: a screen that is erased whole goes into the scrollback of some terminals.
    const auto back = drawn_ > 0 ? fmt::format("\x1b[{}A", drawn_) : std::string();
    print("{}{}\x1b[K\n\x1b[J", back, join(lines, "\x1b[K\n"));
    drawn_ = lines.size();
  }

  void print_json_line(const std::vector<Watched>& seen) {
    Json names = Json::array();
    for (const auto& one : seen)
      names.push_back({{"name", one.question.name},
                       {"type", one.question.type},
                       {"state", dns::name_of(one.visibility.state)},
                       {"visible_in", one.visibility.seconds ? Json(*one.visibility.seconds) : Json()},
                       {"why", {{"ja", one.visibility.why.ja}, {"en", one.visibility.why.en}}},
                       {"authority", json_of(one.authority)},
                       {"resolver", json_of(one.cached)}});
    const Json line{{"at", rfc3339(real_clock().wall())}, {"zone", flags_.zone}, {"names", std::move(names)}};
    print("{}\n", line.dump(-1, ' ', false, Json::error_handler_t::replace));
  }

  const Context& context_;
  const WatchFlags& flags_;
  lab::ZoneAdmin& admin_;
  std::vector<WatchedName> names_;
  std::size_t drawn_ = 0;
};

}  // namespace

Action declare_zone_watch(CLI::App& app, const Context& context) {
  auto flags = std::make_shared<WatchFlags>();
  declare_zone_name(app, flags->zone);
  app.add_option("name", flags->names, "'NAME TYPE' to watch (what receivers of mail look up: SPF, DKIM, DMARC, MX)");
  app.add_option("--scenario", flags->scenario, "what the steps of this scenario are about");
  app.add_option("--seconds", flags->seconds, "end after so many looks, one a second (until Ctrl-C)")
      ->check(CLI::Range(1, kMostLooks, "POSITIVE"));
  app.add_flag("--until-visible", flags->until_visible, "end when the resolver says what the authority says");
  app.add_flag("--flush", flags->flush, "let the resolver forget what it has of the zone, first");
  app.add_flag("--json", flags->json, "one JSON document a line and look instead of the text");
  app.footer(
      "The resolver is asked without recursion: watching brings nothing into its cache. Exit code 1 when --seconds "
      "ended\n"
      "before --until-visible did.\n"
      "JSON: {\"at\", \"zone\", \"names\": [{\"name\", \"type\", \"state\": "
      "\"visible\"|\"not-cached\"|\"old-records\"|\"old-absence\"|\"unknown\", \"visible_in\": null or seconds, "
      "\"why\": "
      "{\"ja\", \"en\"}, \"authority\": {\"rcode\", \"records\", \"negative_ttl\"}, \"resolver\"}]}");
  return [&context, flags]() -> Result<int> {
    LABCTL_ASSIGN(const auto lab, lab::Lab::open(context.lab));
    LABCTL_ASSIGN(auto names, names_of(*flags, *lab, lab->ports(context.stop)));
    const auto admin = lab->zone_admin(context.stop);
    if (flags->flush) LABCTL_TRY(admin->flush_resolver(flags->zone));
    return Watch(context, *flags, *admin, std::move(names)).run();
  };
}

}  // namespace labctl::cli
