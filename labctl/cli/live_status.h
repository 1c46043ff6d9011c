#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "labctl/base/clock.h"

namespace labctl::cli {

/// "  12.3 s  text", cut so that it stays on one line of a terminal of that many columns.
std::string status_line(std::string_view text, Milliseconds elapsed, std::size_t columns);

/// Text with line ends, cut into lines that each fit a terminal of that many columns; no more than `rows` of them, the
/// last then tells how many were left out.
std::vector<std::string> screen_lines(std::string_view text, std::size_t columns, std::size_t rows);
/// {columns, rows} of the terminal behind a file descriptor; {80, 24} where it does not say.
std::pair<std::size_t, std::size_t> size_of_terminal(int fd);

/// Tells a person how a long verb gets on, on standard error: one line that is drawn again and again on a terminal,
/// plain lines elsewhere, nothing when quiet. Safe from several threads.
class LiveStatus {
 public:
  enum class Style { quiet, lines, redrawn };
  using Out = std::function<void(std::string_view)>;

  /// `redrawn` where ANSI sequences are welcome on standard error.
  explicit LiveStatus(bool quiet);
  LiveStatus(Style style, Out out);
  ~LiveStatus();
  LiveStatus(const LiveStatus&) = delete;
  LiveStatus& operator=(const LiveStatus&) = delete;

  /// What goes on now: takes the place of what went on before; a line of its own where nothing is redrawn.
  void now(std::string_view text);
  /// As now(), but only where the line is redrawn: for what changes too often to be a line each.
  void glimpse(std::string_view text);
  /// What stays to be read: above the line that is redrawn.
  void keep(std::string_view text);
  /// Takes the redrawn line away; what is told later brings it back.
  void clear();
  [[nodiscard]] bool is_redrawn() const { return style_ == Style::redrawn; }
  /// Since it was made.
  [[nodiscard]] double seconds() const;

 private:
  void draw();  ///< the caller holds the mutex

  Style style_;
  Out out_;
  Clock::Steady began_ = real_clock().now();
  std::mutex mutex_;
  std::string text_;
  std::string drawn_;  ///< what is on the terminal now: drawn again only when it differs
  std::condition_variable_any tick_;
  std::jthread ticker_;  ///< last: it uses all the others
};

}  // namespace labctl::cli
