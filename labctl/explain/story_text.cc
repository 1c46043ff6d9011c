#include <fmt/format.h>

#include "labctl/base/text.h"
#include "labctl/explain/story.h"

namespace labctl::explain {
namespace {

std::string client_line(const Identities& who, bool ja) {
  const bool named = !who.client_name.empty() && who.client_name != "unknown";
  const std::string name = named ? printable(who.client_name) : (ja ? "逆引きなし" : "no name by PTR");
  return fmt::format("{} ({}), HELO {}", printable(who.client_address), name, printable(who.helo));
}

}  // namespace

std::string to_text(const Story& story, Language language) {
  const bool ja = language == Language::ja;
  std::string text = fmt::format("{} {} ({})\n", ja ? "判定した受信側:" : "judged by", printable(story.receiver),
                                 printable(story.dialect));
  const auto line = [&](std::string_view en, std::string_view japanese, const std::string& value) {
    const std::string label(ja ? japanese : en);
    const auto width = display_width(label);
    text += fmt::format("  {}{} {}\n", label, std::string(width < 14 ? 14 - width : 0, ' '), value);
  };
  const auto& who = story.identities;
  if (!who.client_address.empty()) line("client", "接続元", client_line(who, ja));
  line("envelope From", "エンベロープFrom", who.mail_from.empty() ? "<>" : printable(who.mail_from));
  line("header From", "ヘッダFrom", who.header_from.empty() ? "?" : printable(who.header_from));
  for (const auto& check : story.checks)
    line(printable(check.method), printable(check.method),
         fmt::format("{}: {}", printable(check.result), check.text.in(language)));
  line("outcome", "扱い", story.disposition.text.in(language));
  for (std::size_t i = 0; i < story.remedies.size(); ++i)
    line(i == 0 ? "to pass" : "", i == 0 ? "passするには" : "", story.remedies[i].in(language));
  for (const auto& note : story.notes) line("note", "注意", note.in(language));
  return text;
}

}  // namespace labctl::explain
