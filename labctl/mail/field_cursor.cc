#include "labctl/mail/field_cursor.h"

#include <algorithm>
#include <utility>

#include "labctl/base/text.h"
#include "labctl/mail/structured_field.h"

namespace labctl::mail {
namespace {

// More than these in one field is an attack; what is beyond them is told as a defect.
constexpr std::size_t kLongestField = 256U << 10U;
constexpr std::size_t kMostDefects = 200;

bool ends_run(char c) { return is_space(c) || c == ';' || c == '(' || c == '"'; }

}  // namespace

FieldCursor::FieldCursor(std::string_view field_body)
    : text_(field_body.substr(0, kLongestField)), beyond_(field_body.substr(text_.size())) {}

void FieldCursor::return_to(Mark mark) {
  at_ = mark.position;
  if (defects_.size() > mark.defects) defects_.resize(mark.defects);
}

bool FieldCursor::take(char c) {
  if (!looks_at(c)) return false;
  ++at_;
  return true;
}

std::string FieldCursor::take_run() {
  const auto begin = at_;
  std::string content;
  while (!at_end()) {
    if (looks_at('"')) {
      if (!read_quoted(content)) return {};
    } else if (!ends_run(text_[at_])) {
      ++at_;
    } else {
      break;
    }
  }
  return unfolded(between(begin, at_));
}

bool FieldCursor::read_quoted(std::string& content) {
  const auto begin = at_++;
  for (; !at_end(); ++at_) {
    if (take('"')) return true;
    if (looks_at('\\') && at_ + 1 < text_.size()) ++at_;
    content += text_[at_];
  }
  defect("the quoted string is not closed", begin, at_);
  return false;
}

std::string FieldCursor::take_quoted() {
  std::string content;
  return read_quoted(content) ? unfolded(content) : std::string();
}

std::string FieldCursor::take_value() {
  if (!looks_at('"')) return take_run();
  const auto begin = at_;
  std::string content = take_quoted();
  if (at_end() || (ends_run(text_[at_]) && !looks_at('"'))) return content;
  at_ = begin;
  return take_run();
}

void FieldCursor::take_comment(std::vector<std::string>& comments) {
  const auto begin = at_++;
  std::string content;
  std::size_t depth = 1;
  for (; !at_end(); ++at_) {
    const char c = text_[at_];
    if (c == '\\' && at_ + 1 < text_.size()) {
      content += text_[++at_];
      continue;
    }
    if (c == '(') ++depth;
    if (c == ')' && --depth == 0) {
      ++at_;
      comments.push_back(unfolded(content));
      return;
    }
    content += c;
  }
  defect("the comment is not closed", begin, at_);
}

void FieldCursor::skip(std::vector<std::string>& comments) {
  while (!at_end()) {
    if (is_space(text_[at_])) {
      ++at_;
    } else if (looks_at('(')) {
      take_comment(comments);
    } else {
      return;
    }
  }
}

void FieldCursor::defect(std::string what, std::size_t begin, std::size_t end) {
  if (defects_.size() < kMostDefects) {
    defects_.push_back({begin, std::move(what), std::string(between(begin, end))});
    return;
  }
  // The last one takes in all that follows.
  constexpr std::string_view kTooMany = "too many defects";
  if (auto& last = defects_.back(); last.what != kTooMany)
    last = {last.position, std::string(kTooMany), std::string(text_.substr(last.position))};
}

void FieldCursor::pass_over(std::string what, std::size_t begin) {
  at_ = begin;
  const auto from = mark();
  std::vector<std::string> comments;
  while (!at_end() && !looks_at(';')) {
    const auto before = at_;
    skip(comments);
    take_run();
    if (at_ == before) break;
  }
  // What is wrong within is told with it.
  const auto end = at_;
  return_to(from);
  at_ = end;
  defect(std::move(what), begin, end);
}

void FieldCursor::pass_over_run(std::string_view what, std::size_t begin) {
  at_ = begin;
  const auto from = mark();
  take_run();
  const auto run_end = at_;
  return_to(from);
  at_ = run_end;
  if (!defects_.empty() && defects_.back().what == what) {
    auto& last = defects_.back();
    const auto end = last.position + last.text.size();
    if (end <= begin && trim(between(end, begin)).empty()) {
      last.text += between(end, at_);
      return;
    }
  }
  defect(std::string(what), begin, at_);
}

void FieldCursor::find_bad_octets() {
  // RFC 6532 section 3.2 lets UTF-8 stand wherever text may; control characters are obsolete (RFC 5322 section 4.1).
  for (std::size_t at = 0; at < text_.size();) {
    at += text_length(text_.substr(at));
    const auto begin = at;
    while (at < text_.size() && text_length(text_.substr(at, 4)) == 0) ++at;
    if (at > begin) defect("octets that no header field may hold", begin, at);
  }
}

std::vector<FieldDefect> FieldCursor::defects() {
  find_bad_octets();
  if (!beyond_.empty()) defects_.push_back({text_.size(), "the field is too long", std::string(beyond_)});
  std::ranges::stable_sort(defects_, {}, &FieldDefect::position);
  return std::exchange(defects_, {});
}

}  // namespace labctl::mail
