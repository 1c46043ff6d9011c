#include "labctl/cli/common.h"

#include <fmt/format.h>

#include <cstdio>

#include "labctl/base/file.h"
#include "labctl/base/text.h"

namespace labctl::cli {

lab::Progress progress_of(const Context& context) {
  if (context.quiet) return [](std::string_view) {};
  return [](std::string_view what) { fmt::print(stderr, "{}\n", what); };
}

Result<void> write_to(const std::string& file, const std::string& text) {
  if (file != "-") return write_file(file, text);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return {};
}

Result<std::vector<std::string>> participants_of(const topology::Topology& topology, const std::string& list) {
  std::vector<std::string> known;
  for (const auto& participant : topology.participants) known.push_back(participant.id);
  if (list.empty()) return known;
  std::vector<std::string> wanted;
  for (const auto& piece : split(list, ',')) {
    const std::string id(trim(piece));
    if (topology.find_participant(id) == nullptr) {
      const auto meant = nearest(id, known);
      return usage_error(fmt::format("lab '{}' has no participant '{}'", topology.lab, printable(id)), {},
                         meant ? fmt::format("did you mean {}?", *meant)
                               : fmt::format("it has {} to {}", known.front(), known.back()));
    }
    wanted.push_back(id);
  }
  return wanted;
}

}  // namespace labctl::cli
