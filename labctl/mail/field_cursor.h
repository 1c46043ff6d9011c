#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace labctl::mail {

/// What of a field could not be read; nothing is silently lost.
struct FieldDefect {
  std::size_t position = 0;  ///< octet offset in the field body; a folded line's end counts as one octet
  std::string what;
  std::string text;  ///< the octets that were passed over
  bool operator==(const FieldDefect&) const = default;
};

/// Reads a structured field body from left to right by the lexical rules of RFC 5322 section 3.2, and keeps what the
/// reader could not make sense of. Of a field of more than 256 KiB the rest is a defect.
class FieldCursor {
 public:
  explicit FieldCursor(std::string_view field_body);

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] bool looks_at(char c) const { return !at_end() && text_[at_] == c; }
  [[nodiscard]] std::size_t position() const { return at_; }
  [[nodiscard]] std::size_t size() const { return text_.size(); }
  /// A place to come back to, after a look ahead that told defects of its own.
  struct Mark {
    std::size_t position = 0;
    std::size_t defects = 0;
  };
  [[nodiscard]] Mark mark() const { return {at_, defects_.size()}; }
  void return_to(Mark mark);
  [[nodiscard]] std::string_view between(std::size_t begin, std::size_t end) const {
    return text_.substr(begin, end - begin);
  }

  bool take(char c);
  template <class Predicate>
  std::string take_while(Predicate wanted) {
    const auto begin = at_;
    while (!at_end() && wanted(text_[at_])) ++at_;
    return std::string(between(begin, at_));
  }
  /// As written: characters up to white space, a semicolon or a comment, and quoted strings with their quotes.
  std::string take_run();
  /// What the quoted string holds (RFC 5322 section 3.2.4). One that isn't closed takes the whole rest, gives nothing
  /// and is a defect.
  std::string take_quoted();
  /// A quoted string, or a run.
  std::string take_value();
  /// CFWS (RFC 5322 section 3.2.2): white space and comments, which nest. A comment that isn't closed takes the whole
  /// rest, is none of `comments` and is a defect: what an attacker got into a comment is never read as a result.
  void skip(std::vector<std::string>& comments);

  void defect(std::string what, std::size_t begin, std::size_t end);
  /// Everything from `begin` up to the next semicolon outside quotes and comments is one defect.
  void pass_over(std::string what, std::size_t begin);
  /// The run at `begin` is a defect, one with that before it.
  void pass_over_run(std::string_view what, std::size_t begin);
  /// All that was told, and octets that no header field may hold, by position.
  std::vector<FieldDefect> defects();

 private:
  /// False: it isn't closed.
  bool read_quoted(std::string& content);
  void take_comment(std::vector<std::string>& comments);
  void find_bad_octets();

  std::string_view text_;
  std::string_view beyond_;  ///< what is too much to be read
  std::size_t at_ = 0;
  std::vector<FieldDefect> defects_;
};

}  // namespace labctl::mail
