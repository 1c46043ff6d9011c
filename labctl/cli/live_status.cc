#include "labctl/cli/live_status.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <utility>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"

namespace labctl::cli {
namespace {

constexpr Milliseconds kTick{100};

std::size_t columns_of_terminal() { return size_of_terminal(STDERR_FILENO).first; }

/// Octets of the UTF-8 sequence at the front of `text`.
std::size_t first_character(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) ++length;
  return length;
}

}  // namespace

std::pair<std::size_t, std::size_t> size_of_terminal(int fd) {
  winsize size{};
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) return {80, 24};
  return {size.ws_col, size.ws_row};
}

std::vector<std::string> screen_lines(std::string_view text, std::size_t columns, std::size_t rows) {
  std::vector<std::string> lines;
  for (const auto& whole : lines_of(text)) {
    std::string line;
    std::size_t width = 0;
    for (std::string_view rest = whole; !rest.empty();) {
      const auto character = rest.substr(0, first_character(rest));
      const auto wide = display_width(character);
      // A full last column would make some terminals go on to the next line.
      if (width + wide >= columns && !line.empty()) {
        lines.push_back(std::exchange(line, {}));
        width = 0;
      }
      line += character;
      width += wide;
      rest.remove_prefix(character.size());
    }
    lines.push_back(std::move(line));
  }
  if (lines.size() > rows && rows > 0) {
    const auto left_out = lines.size() - rows + 1;
    lines.resize(rows - 1);
    lines.push_back(fmt::format("... {}", left_out));
  }
  return lines;
}

std::string status_line(std::string_view text, Milliseconds elapsed, std::size_t columns) {
  std::string line = fmt::format("{:6.1f} s  {}", static_cast<double>(elapsed.count()) / 1000, text);
  // A full last column would make some terminals go on to the next line.
  while (!line.empty() && display_width(line) >= columns) {
    do line.pop_back();
    while (!is_utf8(line));
  }
  return line;
}

LiveStatus::LiveStatus(bool quiet)
    : LiveStatus(quiet                             ? Style::quiet
                 : is_rich_terminal(STDERR_FILENO) ? Style::redrawn
                                                   : Style::lines,
                 complain) {}

LiveStatus::LiveStatus(Style style, Out out) : style_(style), out_(std::move(out)) {
  if (style_ != Style::redrawn) return;
  ticker_ = std::jthread([this](const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      tick_.wait_for(lock, stop, kTick, [] { return false; });
      if (!text_.empty() && !stop.stop_requested()) draw();
    }
  });
}

LiveStatus::~LiveStatus() { clear(); }

void LiveStatus::draw() {
  auto line =
      status_line(text_, std::chrono::duration_cast<Milliseconds>(real_clock().now() - began_), columns_of_terminal());
  if (line == drawn_) return;
  // Written over, its rest erased: in one write, so that nothing flickers.
  out_(fmt::format("\r{}\x1b[K", line));
  drawn_ = std::move(line);
}

void LiveStatus::now(std::string_view text) {
  if (style_ == Style::lines) keep(text);
  glimpse(text);
}

void LiveStatus::glimpse(std::string_view text) {
  if (style_ != Style::redrawn) return;
  const std::scoped_lock lock(mutex_);
  text_ = text.substr(0, text.find('\n'));
  draw();
}

void LiveStatus::keep(std::string_view text) {
  if (style_ == Style::quiet) return;
  const std::scoped_lock lock(mutex_);
  out_(fmt::format("{}{}\n", drawn_.empty() ? "" : "\r\x1b[K", text));
  drawn_.clear();
  if (!text_.empty()) draw();
}

void LiveStatus::clear() {
  const std::scoped_lock lock(mutex_);
  text_.clear();
  if (!drawn_.empty()) out_("\r\x1b[K");
  drawn_.clear();
}

double LiveStatus::seconds() const { return std::chrono::duration<double>(real_clock().now() - began_).count(); }

}  // namespace labctl::cli
