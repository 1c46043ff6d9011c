#include "labctl/lab/log_file.h"

namespace labctl::lab {
namespace {

std::size_t whole_lines(const std::string& text) {
  const auto last = text.rfind('\n');
  return last == std::string::npos ? 0 : last + 1;
}

}  // namespace

Result<std::uint64_t> LogFile::end() {
  const std::scoped_lock lock(mutex_);
  // From the known end's line end on: a log of a long course is not read again for each message.
  if (known_end_ > 0) {
    LABCTL_ASSIGN(const auto text, host_.get(path_, known_end_ - 1));
    if (text.starts_with('\n')) return known_end_ += whole_lines(text) - 1;
  }
  LABCTL_ASSIGN(const auto text, host_.get(path_));
  return known_end_ = whole_lines(text);
}

Result<std::string> LogFile::since(std::uint64_t offset) {
  LABCTL_ASSIGN(auto text, host_.get(path_, offset));
  text.resize(whole_lines(text));
  return text;
}

Result<bool> LogFile::continues_at(std::uint64_t offset) {
  if (offset == 0) return true;
  LABCTL_ASSIGN(const auto text, host_.get(path_, offset - 1));
  return text.starts_with('\n');
}

}  // namespace labctl::lab
