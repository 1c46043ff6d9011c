#include "labctl/lab/mail_trail.h"

#include <algorithm>

#include "labctl/base/text.h"

namespace labctl::lab {
namespace {

void add(MailTrail& trail, const MailLogLine& line) {
  trail.lines.push_back(line.raw);
  const std::string_view text = line.text;
  if (const auto client = client_of(line)) {
    trail.client = *client;
  } else if (text.starts_with("message-id=")) {
    trail.message_id = text.substr(11);
  } else if (auto refusal = refusal_of(line)) {
    // One recipient refused, after another was accepted: the message goes on.
    if (!line.queue_id.empty() && refusal->stage == "RCPT") return;
    trail.client = refusal->client;
    if (refusal->from) trail.mail_from = refusal->from;
    if (refusal->to) trail.rcpt_to.push_back(*refusal->to);
    trail.refusal = std::move(refusal);
  } else if (auto delivery = delivery_of(line)) {
    // An alias or rewriting keeps what the client asked for in orig_to.
    trail.rcpt_to.push_back(delivery->to);
    if (const auto original = bracketed(text, "orig_to")) trail.rcpt_to.push_back(*original);
    trail.deliveries.push_back(std::move(*delivery));
  } else if (text.starts_with("from=<")) {
    trail.mail_from = bracketed(text, "from");
  } else if (text == "removed") {
    trail.removed = true;
  }
}

}  // namespace

std::vector<MailTrail> trails_in(std::span<const MailLogLine> log) {
  std::vector<MailTrail> trails;
  for (const auto& line : log) {
    if (line.queue_id.empty()) {
      if (refusal_of(line)) add(trails.emplace_back(), line);
      continue;
    }
    // Short queue IDs come again: a line after the end is of another message, and so are those behind it.
    const auto last = std::find_if(trails.rbegin(), trails.rend(),
                                   [&](const MailTrail& trail) { return trail.queue_id == line.queue_id; });
    auto found = last == trails.rend() ? trails.end() : last.base() - 1;
    if (found == trails.end() || found->ended()) {
      found = trails.insert(trails.end(), MailTrail{.queue_id = line.queue_id});
    } else {
      std::rotate(found, found + 1, trails.end());
      found = trails.end() - 1;
    }
    add(*found, line);
  }
  return trails;
}

std::optional<MailTrail> trail_of(std::span<const MailLogLine> log, std::string_view queue_id) {
  if (queue_id.empty()) return std::nullopt;
  std::optional<MailTrail> trail;
  for (const auto& line : log) {
    if (line.queue_id != queue_id) continue;
    if (!trail) trail = MailTrail{.queue_id = std::string(queue_id)};
    add(*trail, line);
    if (trail->ended()) break;
  }
  return trail;
}

std::optional<std::string> last_milter_trouble(std::span<const MailLogLine> log) {
  std::optional<std::string> trouble;
  for (const auto& line : log)
    if (auto said = milter_trouble_of(line)) trouble = std::move(said);
  return trouble;
}

}  // namespace labctl::lab
