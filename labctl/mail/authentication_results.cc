#include "labctl/mail/authentication_results.h"

#include <fmt/format.h>

#include <optional>

#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

constexpr std::size_t kMostResults = 200;  // of one field; more is an attack, and told as a defect

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
  explicit Reader(std::string_view text) : text_(text) {}

  AuthenticationResults read() {
    skip(field_.comments);
    field_.authserv_id = value();
    if (field_.authserv_id.empty()) defect("no authserv-id", at_, at_);
    skip(field_.comments);
    if (const auto digits = take(is_digit); !digits.empty()) field_.version = digits;
    skip(field_.comments);
    if (!at_end() && peek() != ';') pass_over("expected ';' behind the authserv-id");
    bool any = false;
    while (!at_end()) {
      ++at_;  // the ';'
      std::vector<std::string> comments;
      skip(comments);
      if (at_end()) {
        add(field_.comments, comments);
        // A semicolon with nothing behind it: written by several receivers, harmless.
        break;
      }
      if (peek() == ';') {
        defect("an empty result", at_, at_ + 1);
        continue;
      }
      if (field_.results.size() == kMostResults) {
        defect("too many results", at_, text_.size());
        break;
      }
      result(std::move(comments), any);
      any = true;
    }
    if (!any && !field_.none) defect("no result", text_.size(), text_.size());
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
    if (field_.defects.size() < kMostResults) field_.defects.push_back({begin, std::move(what), std::string(text_.substr(begin, end - begin))});
  }

  /// Everything up to the next ';' outside quotes and comments is a defect.
  void pass_over(std::string what) {
    const auto begin = at_;
    std::vector<std::string> ignored;
    while (!at_end() && peek() != ';') {
      if (peek() == '(') skip(ignored);
      else if (peek() == '"') static_cast<void>(quoted());
      else ++at_;
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
      if (peek() == '"') whole += quoted();
      else if (is_value(peek())) whole += text_[at_++];
      else break;
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

  /// [CFWS] method [/version] = result *(reason / property)
  void result(std::vector<std::string> comments, bool any) {
    AuthResult result;
    const auto begin = at_;
    result.method = to_lower(take(is_keyword));
    if (result.method.empty()) return pass_over("expected a method");
    skip(comments);
    if (result.method == "none" && (at_end() || peek() == ';')) {
      if (any) defect("'none' beside other results", begin, at_);
      field_.none = true;
      add(field_.comments, comments);
      return;
    }
    if (!at_end() && peek() == '/') {
      ++at_;
      skip(comments);
      result.version = take(is_digit);
    }
    if (!expect('=', comments)) {
      at_ = begin;
      return pass_over("expected '=' behind the method");
    }
    result.result = to_lower(take(is_keyword));
    if (result.result.empty()) defect("no result behind '='", at_, at_);
    while (true) {
      std::vector<std::string> between;
      skip(between);
      add(result.properties.empty() ? comments : result.properties.back().comments, between);
      if (at_end() || peek() == ';') break;
      if (!reason_or_property(result, comments)) break;
    }
    result.comments = std::move(comments);
    field_.results.push_back(std::move(result));
  }

  bool reason_or_property(AuthResult& result, std::vector<std::string>& comments) {
    const auto begin = at_;
    const std::string first = to_lower(take(is_keyword));
    std::vector<std::string> between;
    skip(between);
    if (first == "reason" && expect('=', between)) {
      result.reason = value();
      add(comments, between);
      return true;
    }
    if (!first.empty() && expect('.', between)) {
      AuthProperty property{.ptype = first, .property = take(is_keyword), .value = {}, .comments = {}};
      if (!property.property.empty() && expect('=', between)) {
        property.value = value();
        property.comments = std::move(between);
        result.properties.push_back(std::move(property));
        return true;
      }
    }
    at_ = begin;
    pass_over("expected ptype.property=value");
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  AuthenticationResults field_;
};

}  // namespace

AuthenticationResults parse_authentication_results(std::string_view field_body) { return Reader(field_body).read(); }

}  // namespace labctl::mail
