#include "labctl/mail/received_spf.h"

#include <algorithm>

#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

constexpr std::size_t kMostPairs = 100;

/// RFC 7208 section 12: name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." ).
bool is_name(char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; }

}  // namespace

const std::string* ReceivedSpf::find(std::string_view key) const {
  const auto found = std::ranges::find(pairs, key, &std::pair<std::string, std::string>::first);
  return found == pairs.end() ? nullptr : &found->second;
}

ReceivedSpf parse_received_spf(std::string_view field_body) {
  FieldCursor in(field_body);
  ReceivedSpf field;
  in.skip(field.comments);
  const auto word_at = in.position();
  field.result = to_lower(in.take_run());
  if (field.result.empty() || !std::ranges::all_of(field.result, is_alpha))
    in.defect("expected a word as the result", word_at, in.position());
  while (true) {
    in.skip(field.comments);
    if (in.at_end()) break;
    if (in.take(';')) continue;
    const auto begin = in.position();
    if (field.pairs.size() == kMostPairs) {
      in.defect("too many pairs", begin, in.size());
      break;
    }
    std::string key = to_lower(in.take_while(is_name));
    in.skip(field.comments);
    if (key.empty() || !in.take('=')) {
      in.pass_over_run("expected key=value", begin);
      continue;
    }
    in.skip(field.comments);
    if (in.at_end() || in.looks_at(';')) in.defect("no value behind '='", in.position(), in.position());
    field.pairs.emplace_back(std::move(key), in.take_value());
  }
  field.defects = in.defects();
  return field;
}

}  // namespace labctl::mail
