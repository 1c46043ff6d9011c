#include "labctl/scenario/reference.h"

#include <fmt/format.h>

#include "labctl/scenario/attack_table.h"
#include "labctl/scenario/catalogue.h"
#include "labctl/scenario/expectation_kind.h"
#include "labctl/scenario/rows.h"
#include "labctl/scenario/step_kind.h"
#include "labctl/scenario/values.h"

namespace labctl::scenario {
namespace {

std::string rows(std::span<const config::Key> keys) {
  std::string text = "\n| key | type | |\n| --- | --- | --- |\n";
  for (const auto& key : keys)
    text += fmt::format("| `{}`{} | {} | {} |\n", key.name, key.required ? "" : " (optional)",
                        config::type_names(key.types), key.summary);
  return text;
}

}  // namespace

std::string reference() {
  std::string text = "# Scenario files\n\n## Keys of every [[step]]\n" + rows(common_step_keys()) + "\n## Steps\n";
  for (const auto* kind : step_kinds()) {
    text += fmt::format("\n### {}\n{}. Leaves {}.\n", kind->verb, kind->summary, name_of(kind->leaves));
    if (!kind->keys.empty()) text += rows(kind->keys);
  }
  text += "\n## Keys of [[expect]]\n\n| key | type | judges | |\n| --- | --- | --- | --- |\n";
  for (const auto* kind : expectation_kinds())
    text += fmt::format("| `{}` | {} | {} | {} |\n", kind->key, config::type_names(kind->types), name_of(kind->judges),
                        kind->summary);
  text += "\n## Tables of lessons\n\nKeys of [each] and of every [[row]]; those of `mail.try` among them.\n" +
          rows(row_keys());
  text += "\n## Placeholders\n\n";
  for (const auto& [name, value] : values_of(specimen_lab(), specimen_lab().participants.front()))
    text +=
        fmt::format("- `{{{}}}`: {}\n", name, name.starts_with("key.") ? "p= of that key of mail-samples/keys" : value);
  if (const auto lessons = find_scenarios({"lessons"}))
    text +=
        "\n## Attacks\n\nWhat becomes of each at a receiver: blocked (it is not stored, or its header has lost the "
        "victim's name), labelled (it is in Junk, or "
        "says dmarc=fail), or fooled (it is in the inbox, and nothing speaks against it). Inside the lab only.\n\n" +
        attack_table(*lessons);
  return text;
}

}  // namespace labctl::scenario
