#include "labctl/evaluate/resolver.h"

#include <utility>

namespace labctl::evaluate {

std::vector<std::string> texts_of(const Answer& answer) {
  std::vector<std::string> texts;
  for (const auto& record : answer.records)
    if (auto text = dns::txt_content(record)) texts.push_back(std::move(*text));
  return texts;
}

}  // namespace labctl::evaluate
