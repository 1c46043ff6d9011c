// A day's mail: many messages of several kinds, sent in one mixed order that is the same each time.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <set>

#include "labctl/base/parallel.h"
#include "labctl/base/text.h"
#include "labctl/mail/message.h"
#include "labctl/scenario/day_count.h"
#include "labctl/scenario/steps/mail_tools.h"
#include "labctl/scenario/steps/rows.h"
#include "labctl/scenario/steps/tools.h"
#include "labctl/scenario/steps/written_message.h"

namespace labctl::scenario {
namespace mail_day_step {

using config::bad_value;
using config::Type;

constexpr std::array<config::Key, 2> kKeys{{
    {.name = "rcpt_to", .required = true, .summary = "envelope recipient of every message"},
    {.name = "flows",
     .types = static_cast<unsigned>(Type::array),
     .required = true,
     .summary = "the kinds of mail, each { kind, title, sort = \"legitimate\" or \"spoofed\", count } and the keys of "
                "mail.try"},
}};

constexpr std::array<config::Key, 4> kFlowKeys{{
    {.name = "kind", .required = true, .summary = "its name in 'places'"},
    {.name = "title", .types = config::kLocalText, .required = true, .summary = "what it is, in ja and en"},
    {.name = "sort", .required = true, .summary = "\"legitimate\" or \"spoofed\""},
    {.name = "count", .types = static_cast<unsigned>(Type::integer), .required = true, .summary = "how many"},
}};

constexpr std::int64_t kMostOfAKind = 1000;
/// Sessions at once: one waits for its message's last log line while another one talks.
constexpr std::size_t kSessions = 8;

std::vector<config::Key> flow_keys() {
  std::vector<config::Key> keys(kFlowKeys.begin(), kFlowKeys.end());
  for (const auto& key : kMailKeys)
    if (key.name != "rcpt_to") keys.push_back(key);
  keys.insert(keys.end(), kMessageKeys.begin(), kMessageKeys.end());
  return keys;
}

/// The keys of one message of that kind.
config::Value with_recipient(const config::Value& flow, const config::Value& recipient) {
  config::Value keys = flow;
  keys.members.push_back({"rcpt_to", recipient.at, recipient});
  return keys;
}

Result<void> check_flow(const config::Value& flow, const config::Value& keys, const topology::Topology& lab,
                        std::set<std::string>& kinds) {
  LABCTL_TRY(config::check_type(flow, static_cast<unsigned>(Type::table), "flows"));
  LABCTL_TRY(config::check_table(flow, flow_keys(), "'flows'"));
  LABCTL_TRY(config::local_text(*flow.find("title"), "title"));
  const auto* kind = flow.find("kind");
  if (is_sort_of_mail(kind->text))
    return bad_value(kind->at, fmt::format("'{}' is a sort of mail and can't be the name of a kind", kind->text),
                     "\"legitimate\" and \"spoofed\" mean all of that sort");
  if (!kinds.insert(kind->text).second)
    return bad_value(kind->at, fmt::format("there is a kind '{}' already", printable(kind->text)));
  if (const auto* sort = flow.find("sort"); !is_sort_of_mail(sort->text))
    return bad_value(sort->at, fmt::format("'{}' is no sort of mail", printable(sort->text)),
                     "\"legitimate\" or \"spoofed\"");
  LABCTL_TRY(config::integer_of(flow, "count", 1, kMostOfAKind, 1));
  const auto message = with_recipient(flow, *keys.find("rcpt_to"));
  LABCTL_TRY(check_envelope(message, lab, true));
  return check_written(message);
}

Result<void> check(const config::Value& keys, const topology::Topology& lab) {
  std::set<std::string> kinds;
  for (const auto& flow : keys.find("flows")->items) LABCTL_TRY(check_flow(flow, keys, lab, kinds));
  return {};
}

/// @param first of its kind: the others may go over its connection
Result<evidence::MailSeen> send_one(const StepContext& day, const config::Value& keys, bool first) {
  const StepContext context{
      .ports = day.ports, .participant = day.participant, .step = day.step, .keys = keys, .after_mail = !first};
  auto order = order_of(context);
  order.token = mail::new_token();
  LABCTL_ASSIGN(order.message, written_message(keys, order.token, context.ports.clock));
  return context.ports.mail.deliver(order);
}

Result<Observation> play(const StepContext& context) {
  evidence::DaySeen day;
  std::vector<config::Value> keys;
  std::vector<std::size_t> counts;
  for (const auto& flow : context.keys.find("flows")->items) {
    keys.push_back(with_recipient(flow, *context.keys.find("rcpt_to")));
    LABCTL_ASSIGN(auto title, config::local_text(*flow.find("title"), "title"));
    day.flows.push_back({.kind = flow.text_of("kind"),
                         .title = std::move(title),
                         .spoofed = flow.text_of("sort") == kSpoofedMail,
                         .mails = {}});
    counts.push_back(static_cast<std::size_t>(flow.find("count")->integer));
    day.flows.back().mails.resize(counts.back());
  }
  const auto turns = order_of_day(counts);
  std::vector<std::optional<Error>> failed(turns.size());
  std::atomic<bool> must_end = false;
  std::atomic<std::size_t> next = 0;
  parallel_for(std::min(kSessions, turns.size()), kSessions, [&](std::size_t) {
    for (auto i = next++; i < turns.size() && !must_end; i = next++) {
      auto sent = context.ports.stop.stop_requested()
                      ? std::unexpected(Error{ErrorKind::interrupted, "interrupted in the middle of the day", {}, {}})
                      : send_one(context, keys[turns[i].flow], turns[i].number == 0);
      if (sent) {
        day.flows[turns[i].flow].mails[turns[i].number] = *std::move(sent);
      } else {
        failed[i] = std::move(sent).error();
        must_end = true;
      }
    }
  });
  // The first that the lab could not answer speaks for the day, and is looked into as any message is.
  for (auto& error : failed)
    if (error) return mail_seen(context, std::unexpected(*std::move(error)));
  for (auto& flow : day.flows)
    for (auto& mail : flow.mails) {
      LABCTL_ASSIGN(auto looked, mail_seen(context, std::move(mail)));
      mail = std::get<evidence::MailSeen>(std::move(looked.seen));
    }
  return seen(std::move(day));
}

Result<Observation> recognize(const StepContext&, const Opened&) {
  return missing("nobody writes a day's mail by hand: labctl run plays it");
}

std::vector<std::string> commands(const StepContext& context) {
  std::size_t count = 0;
  for (const auto& flow : context.keys.find("flows")->items)
    count += static_cast<std::size_t>(flow.find("count")->integer);
  return {fmt::format("# {} messages: labctl run plays them", count)};
}

}  // namespace mail_day_step

constinit const StepKind kMailDay{.verb = "mail.day",
                                  .summary =
                                      "send a day's mail of several kinds, mixed, and follow each message to "
                                      "its end",
                                  .leaves = Leaves::day,
                                  .keys = mail_day_step::kKeys,
                                  .check = mail_day_step::check,
                                  .play = mail_day_step::play,
                                  .recognize = mail_day_step::recognize,
                                  .commands = mail_day_step::commands};

}  // namespace labctl::scenario
