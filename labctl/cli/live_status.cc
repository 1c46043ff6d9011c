#include "labctl/cli/live_status.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "labctl/base/text.h"
#include "labctl/cli/common.h"

namespace labctl::cli {
namespace {

constexpr Milliseconds kTick{100};

std::size_t columns_of_terminal() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

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
