#include "labctl/mail/authentication_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

// More than these in one field is an attack; what is beyond them is told as a defect.
constexpr std::size_t kLongestField = 256U << 10U;
constexpr std::size_t kMostResults = 200;
constexpr std::size_t kMostProperties = 100;  // of one result
constexpr std::size_t kMostDefects = 200;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
/// A Keyword is RFC 5321's: letters, digits and hyphens (RFC 8601 section 2.2).
bool is_keyword(char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_'; }
/// What ends a value that isn't quoted; wider than RFC 2045's token, since receivers write addresses and paths bare.
bool is_value(char c) { return !is_space(c) && c != ';' && c != '(' && c != '"' && c != '\0'; }

/// A recursive-descent reader of the grammar of RFC 8601 section 2.2. Nothing is thrown away: comments go to where they
/// stand, and what can't be read becomes a defect.
class Reader {
 public:
  explicit Reader(std::string_view whole)
      : text_(whole.substr(0, kLongestField)), beyond_(whole.substr(text_.size())) {}

  AuthenticationResults read() {
    skip(field_.comments);
    if (at_end() || peek() == ';') {
      defect("no authserv-id", at_, at_);
    } else {
      field_.authserv_id = value();
    }
    skip(field_.comments);
    field_.version = take(is_digit);
    skip(field_.comments);
    if (!at_end() && peek() != ';') pass_over("expected ';' behind the authserv-id", at_);
    while (!at_end()) {
      ++at_;  // the ';'
      if (!next_result()) break;
    }
    if (field_.results.empty() && !field_.none) defect("no result", text_.size(), text_.size());
    if (field_.none && !field_.results.empty()) defect("'none' beside other results", none_at_, none_at_ + 4);
    if (!beyond_.empty()) field_.defects.push_back({text_.size(), "the field is too long", std::string(beyond_)});
    return std::move(field_);
  }

 private:
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] char peek() const { return text_[at_]; }

  template <class Predicate>
  std::string take(Predicate wanted) {
    const auto begin = at_;
    while (!at_end() && wanted(peek())) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  void defect(std::string what, std::size_t begin, std::size_t end) {
    if (field_.defects.size() < kMostDefects) {
      field_.defects.push_back({begin, std::move(what), std::string(text_.substr(begin, end - begin))});
      return;
    }
    // The last one takes in all that follows.
    constexpr std::string_view kTooMany = "too many defects";
    if (auto& last = field_.defects.back(); last.what != kTooMany)
      last = {last.position, std::string(kTooMany), std::string(text_.substr(last.position))};
  }

  /// Everything from `begin` up to the next ';' outside quotes and comments is a defect.
  void pass_over(std::string what, std::size_t begin) {
    at_ = begin;
    while (!at_end() && peek() != ';') {
      if (peek() == '(') {
        static_cast<void>(comment());
      } else if (peek() == '"') {
        static_cast<void>(quoted());
      } else {
        ++at_;
      }
    }
    defect(std::move(what), begin, at_);
  }

  static void add(std::vector<std::string>& to, std::vector<std::string>& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    from.clear();
  }

  /// CFWS (RFC 5322 section 3.2.2): white space and comments, which nest.
  void skip(std::vector<std::string>& comments) {
    while (!at_end()) {
      if (is_space(peek())) {
        ++at_;
      } else if (peek() == '(') {
        comments.push_back(comment());
      } else {
        return;
      }
    }
  }

  std::string comment() {
    const auto begin = at_++;
    std::string content;
    std::size_t depth = 1;
    for (; !at_end(); ++at_) {
      const char c = peek();
      if (c == '\\' && at_ + 1 < text_.size()) {
        content += text_[++at_];
        continue;
      }
      if (c == '(') ++depth;
      if (c == ')' && --depth == 0) {
        ++at_;
        return content;
      }
      content += c;
    }
    defect("the comment is not closed", begin, at_);
    return content;
  }

  std::string quoted() {
    const auto begin = at_++;
    std::string content;
    for (; !at_end(); ++at_) {
      const char c = peek();
      if (c == '"') {
        ++at_;
        return content;
      }
      if (c == '\\' && at_ + 1 < text_.size()) ++at_;
      content += peek();
    }
    defect("the quoted string is not closed", begin, at_);
    return content;
  }

  /// pvalue: a token, a quoted string, or an address whose local part may be quoted.
  std::string value() {
    std::string whole;
    while (!at_end()) {
      if (peek() == '"')
        whole += quoted();
      else if (is_value(peek()))
        whole += text_[at_++];
      else
        break;
    }
    return whole;
  }

  bool expect(char wanted, std::vector<std::string>& comments) {
    skip(comments);
    if (at_end() || peek() != wanted) return false;
    ++at_;
    skip(comments);
    return true;
  }

  /// What stands behind a ';'. False: the rest isn't read.
  bool next_result() {
    const auto begin = at_;
    std::vector<std::string> comments;
    skip(comments);
    if (at_end() || peek() == ';') {
      add(field_.results.empty() ? field_.comments : field_.results.back().comments, comments);
      // A semicolon with nothing behind it ends what several receivers write; harmless.
      if (!at_end()) defect("an empty result", begin, at_);
      return true;
    }
    if (field_.results.size() == kMostResults) {
      defect("too many results", begin, text_.size());
      return false;
    }
    result(std::move(comments), begin);
    return true;
  }

  /// [CFWS] method [/version] = result *(reason / property), or the word "none" alone.
  void result(std::vector<std::string> comments, std::size_t begin) {
    const auto told = field_.defects.size();
    AuthResult result;
    const auto name_at = at_;
    result.method = to_lower(take(is_keyword));
    if (result.method.empty()) return pass_over("expected a method", begin);
    skip(comments);
    if (result.method == "none" && (at_end() || peek() == ';')) {
      field_.none = true;
      none_at_ = name_at;
      add(field_.comments, comments);
      return;
    }
    if (!at_end() && peek() == '/') {
      ++at_;
      skip(comments);
      result.version = take(is_digit);
    }
    if (!expect('=', comments)) {
      forget_defects(told);
      return pass_over("expected '=' behind the method", begin);
    }
    result.result = to_lower(take(is_keyword));
    if (result.result.empty()) defect("no result behind '='", at_, at_);
    while (true) {
      skip(result.properties.empty() ? comments : result.properties.back().comments);
      if (at_end() || peek() == ';' || !reason_or_property(result, comments)) break;
    }
    result.comments = std::move(comments);
    field_.results.push_back(std::move(result));
  }

  bool reason_or_property(AuthResult& result, std::vector<std::string>& comments) {
    const auto begin = at_;
    const auto told = field_.defects.size();
    const std::string first = to_lower(take(is_keyword));
    std::vector<std::string> between;
    skip(between);
    if (first == "reason" && result.reason.empty() && expect('=', between)) {
      result.reason = given_value();
      add(comments, between);
      return true;
    }
    if (!first.empty() && result.properties.size() < kMostProperties && expect('.', between)) {
      AuthProperty property{.ptype = first, .property = take(is_keyword), .value = {}, .comments = {}};
      if (!property.property.empty() && expect('=', between)) {
        property.value = given_value();
        property.comments = std::move(between);
        result.properties.push_back(std::move(property));
        return true;
      }
    }
    forget_defects(told);
    pass_over("expected ptype.property=value", begin);
    return false;
  }

  std::string given_value() {
    const auto begin = at_;
    std::string given = value();
    if (at_ == begin) defect("no value behind '='", at_, at_);
    return given;
  }

  /// Those of text that is about to be passed over as a whole.
  void forget_defects(std::size_t told) { field_.defects.resize(std::min(told, field_.defects.size())); }

  std::string_view text_;
  std::string_view beyond_;  ///< what is too much to be read
  std::size_t at_ = 0;
  std::size_t none_at_ = 0;
  AuthenticationResults field_;
};

}  // namespace

AuthenticationResults parse_authentication_results(std::string_view field_body) { return Reader(field_body).read(); }

}  // namespace labctl::mail
