#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <ctime>
#include <memory>

#include "labctl/base/own_network.h"
#include "labctl/base/text.h"
#include "labctl/cli/common.h"
#include "labctl/cli/verbs.h"
#include "labctl/evaluate/domain_name.h"
#include "labctl/evaluate/live_resolver.h"
#include "labctl/evaluate/prediction.h"
#include "labctl/evaluate/zone_resolver.h"

namespace labctl::cli {
namespace {

struct PredictFlags {
  std::string client_ip;
  std::string helo;
  std::string mail_from;
  std::string from;
  std::vector<std::string> dkim;
  std::string resolver;
  std::vector<std::string> zones;
  std::string rfc = "both";
  bool json = false;
};

Result<evaluate::Message> message_of(const PredictFlags& flags) {
  evaluate::Message message;
  const auto address = evaluate::parse_ip(flags.client_ip);
  if (!address) return usage_error(fmt::format("--client-ip '{}' is no IP address", printable(flags.client_ip)));
  const std::string mail_from = flags.mail_from == "<>" ? "" : flags.mail_from;
  if (!mail_from.empty()) LABCTL_TRY(evaluate::check_address(mail_from, "--mail-from"));
  if (flags.from.empty() && mail_from.empty())
    return usage_error("a null reverse-path says nothing about the header From", {}, "give --from too");
  message.from = flags.from.empty() ? mail_from : flags.from;
  LABCTL_TRY(evaluate::check_address(message.from, "--from"));
  message.client = {.address = *address,
                    .helo = flags.helo,
                    .mail_from = mail_from,
                    .receiver = "unknown",
                    .now = std::time(nullptr)};
  for (const auto& text : flags.dkim) {
    LABCTL_ASSIGN(auto signature, evaluate::parse_signature(text));
    message.dkim.push_back(std::move(signature));
  }
  return message;
}

Result<dns::Resolver> name_server(const std::string& text) {
  const auto colon = text.find(':');
  const auto address = evaluate::parse_ip(text.substr(0, colon));
  std::uint16_t port = 53;
  bool good = address && !address->is_v6;
  if (colon != std::string::npos) {
    const auto digits = text.substr(colon + 1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    good = good && read.ec == std::errc() && read.ptr == digits.data() + digits.size() && port != 0;
  }
  if (!good)
    return usage_error(fmt::format("--resolver '{}' is no IPv4 address of a name server", printable(text)), {},
                       "write it so: 192.0.2.53 or 192.0.2.53:5353");
  return dns::Resolver({std::make_shared<OwnNetwork>(), text.substr(0, colon), port});
}

Json json_of(const evaluate::DmarcOutcome& outcome) {
  return {{"result", evaluate::name_of(outcome.result)},
          {"policy", outcome.policy ? Json(evaluate::name_of(*outcome.policy)) : Json()},
          {"domain", outcome.domain.empty() ? Json() : Json(outcome.domain)},
          {"disposition", evaluate::name_of(outcome.disposition)}};
}

void add_steps(Json& list, std::string_view part, const evaluate::Trace& steps) {
  for (const auto& step : steps)
    list.push_back({{"part", part}, {"depth", step.depth}, {"text", step.text}, {"source", step.source}});
}

void print_as_json(const evaluate::Prediction& prediction, const evaluate::Message& message,
                   const std::vector<std::string>& notes) {
  Json dkim = Json::array();
  for (const auto& signature : message.dkim) dkim.push_back({{"d", signature.domain}, {"result", signature.result}});
  Json dmarc = Json::object();
  Json steps = Json::array();
  add_steps(steps, "helo", prediction.helo.steps);
  add_steps(steps, "spf", prediction.spf.steps);
  for (const auto* outcome : {&prediction.by_7489, &prediction.by_9989}) {
    if (!*outcome) continue;
    const std::string rfc = outcome == &prediction.by_7489 ? "7489" : "9989";
    dmarc[rfc] = json_of(**outcome);
    add_steps(steps, "dmarc " + rfc, (*outcome)->steps);
  }
  for (const auto& text : prediction.differences) add_steps(steps, "difference", {{0, text, ""}});
  for (const auto& text : notes) add_steps(steps, "note", {{0, text, ""}});
  print_json({{"spf",
               {{"result", evaluate::name_of(prediction.spf.result)},
                {"domain", prediction.spf.domain},
                {"lookups", prediction.spf.lookups}}},
              {"dkim", std::move(dkim)},
              {"dmarc", std::move(dmarc)},
              {"steps", std::move(steps)}});
}

void print_part(std::string_view title, const evaluate::Trace& steps) {
  print("{}\n", title);
  for (const auto& step : steps)
    print("  {:{}}{}{}\n", "", step.depth * 2, step.text,
          step.source.empty() ? std::string() : fmt::format("  [{}]", step.source));
  print("\n");
}

void print_as_text(const evaluate::Prediction& prediction, const evaluate::Message& message,
                   const std::vector<std::string>& notes) {
  print_part(fmt::format("HELO {}", printable(message.client.helo)), prediction.helo.steps);
  print_part(fmt::format("MAIL FROM <{}>", printable(message.client.mail_from)), prediction.spf.steps);
  for (const auto& signature : message.dkim)
    print("DKIM d={}: {} (as told)\n\n", printable(signature.domain), signature.result);
  std::string summary =
      fmt::format("spf={} ({})", evaluate::name_of(prediction.spf.result), printable(prediction.spf.domain));
  for (const auto* outcome : {&prediction.by_7489, &prediction.by_9989}) {
    if (!*outcome) continue;
    const auto rfc = outcome == &prediction.by_7489 ? "7489" : "9989";
    print_part(fmt::format("DMARC by RFC {}, From {}", rfc, printable(message.from)), (*outcome)->steps);
    summary += fmt::format("\ndmarc={} by RFC {}, disposition {}", evaluate::name_of((*outcome)->result), rfc,
                           evaluate::name_of((*outcome)->disposition));
  }
  print("{}\n", summary);
  for (const auto& text : prediction.differences) print("the RFCs differ in {}\n", text);
  for (const auto& text : notes) print("note: {}\n", text);
}

Result<int> predict(const PredictFlags& flags) {
  LABCTL_ASSIGN(const auto message, message_of(flags));
  const bool with_7489 = flags.rfc != "9989";
  const bool with_9989 = flags.rfc != "7489";
  evaluate::Prediction prediction;
  std::vector<std::string> notes;
  if (!flags.resolver.empty()) {
    LABCTL_ASSIGN(auto server, name_server(flags.resolver));
    evaluate::LiveResolver resolver(std::move(server));
    prediction = evaluate::predict(resolver, message, with_7489, with_9989);
    if (resolver.failure()) return std::unexpected(resolver.failure()->at(flags.resolver));
  } else {
    std::vector<evaluate::Zone> zones;
    for (const auto& file : flags.zones) {
      LABCTL_ASSIGN(auto zone, evaluate::read_zone_file(file));
      zones.push_back(std::move(zone));
    }
    evaluate::ZoneResolver resolver(std::move(zones));
    prediction = evaluate::predict(resolver, message, with_7489, with_9989);
    for (const auto& name : resolver.outside())
      notes.push_back(fmt::format("{} is in none of the zones given: taken as not there", printable(name)));
  }
  if (flags.json)
    print_as_json(prediction, message, notes);
  else
    print_as_text(prediction, message, notes);
  return 0;
}

}  // namespace

Action declare_predict(CLI::App& app, const Context&) {
  auto flags = std::make_shared<PredictFlags>();
  app.add_option("--client-ip", flags->client_ip, "address that the mail comes from")->required();
  app.add_option("--helo", flags->helo, "name in HELO or EHLO")->required();
  app.add_option("--mail-from", flags->mail_from, "envelope From (<> is the null reverse-path)")->required();
  app.add_option("--from", flags->from, "header From (as --mail-from)");
  app.add_option("--dkim", flags->dkim, "a signature and its result: d=example.com,result=pass")
      ->allow_extra_args(false);
  auto* resolver = app.add_option("--resolver", flags->resolver, "ADDRESS or ADDRESS:PORT of the name server to ask");
  auto* zone = app.add_option("--zone", flags->zones, "zone file to take the records from instead, once or more")
                   ->allow_extra_args(false);
  resolver->excludes(zone);
  app.add_option("--rfc", flags->rfc, "DMARC by which RFC")
      ->check(CLI::IsMember({"7489", "9989", "both"}))
      ->capture_default_str();
  declare_json(app, flags->json);
  app.footer(
      "Needs no lab. A zone file's zone is its $ORIGIN, the owner of its SOA, or the file's name without .zone.\n"
      "JSON: {\"spf\": {\"result\", \"domain\", \"lookups\"}, \"dkim\": [{\"d\", \"result\"}], \"dmarc\": {\"7489\": "
      "{\"result\", \"policy\", \"domain\", \"disposition\"}, \"9989\": {...}}, \"steps\": [{\"part\", \"depth\", "
      "\"text\", \"source\"}]}");
  return [flags]() -> Result<int> {
    if (flags->resolver.empty() && flags->zones.empty())
      return usage_error("a prediction needs records", {}, "say where they are: --resolver ADDRESS, or --zone FILE");
    return predict(*flags);
  };
}

}  // namespace labctl::cli
