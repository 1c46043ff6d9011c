#include "labctl/report/format.h"

#include <algorithm>
#include <array>

#include "labctl/report/renderers.h"

namespace labctl::report {
namespace {

constexpr std::array kFormats{
    Format{"text", "class table, and what did not pass with its reasons", &render_text},
    Format{"json", "everything, for machines", &render_json},
    Format{"junit", "JUnit XML: a suite a participant, a case a step", &render_junit},
    Format{"tap", "Test Anything Protocol, version 13", &render_tap},
    Format{"html", "a page that stands alone: class table, and behind each cell its evidence", &render_html},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  const auto* found = std::ranges::find(kFormats, name, &Format::name);
  return found == kFormats.end() ? nullptr : found;
}

}  // namespace labctl::report
