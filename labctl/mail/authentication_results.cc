#include "labctl/mail/authentication_results.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "labctl/base/text.h"

namespace labctl::mail {
namespace {

// More than these in one field is an attack; what is beyond them is told as a defect.
constexpr std::size_t kMostResults = 200;
constexpr std::size_t kMostProperties = 100;  // of one result
constexpr int kMostInstances = 50;            // RFC 8617 section 4.2.1

/// A Keyword is RFC 5321's: letters, digits and hyphens (RFC 8601 section 2.2).
bool is_keyword(char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_'; }

using Comments = std::vector<std::string>;

void add(Comments& to, Comments& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  from.clear();
}

/// A recursive-descent reader of the grammar of RFC 8601 section 2.2. Nothing is thrown away: comments go to where they
/// stand, and what can't be read becomes a defect.
class Reader {
 public:
  explicit Reader(std::string_view whole) : in_(whole) {}

  /// instance [CFWS] ";" authres-payload (RFC 8617 section 4.1.1).
  AuthenticationResults read_arc() {
    in_.skip(field_.comments);
    const auto begin = in_.mark();
    if (!read_instance()) {
      in_.return_to(begin);
      in_.defect("expected an instance, i=1 to i=50", begin.position, begin.position);
    }
    return read();
  }

  AuthenticationResults read() {
    in_.skip(field_.comments);
    const auto begin = in_.position();
    if (in_.at_end() || in_.looks_at(';')) {
      in_.defect("no authserv-id", begin, begin);
    } else if (begins_result()) {
      in_.defect("no authserv-id", begin, begin);
      result({}, begin);
    } else {
      field_.authserv_id = in_.take_value();
      in_.skip(field_.comments);
      field_.version = in_.take_while(is_digit);
      in_.skip(field_.comments);
      if (!at_result_end()) in_.pass_over("expected ';' behind the authserv-id", in_.position());
    }
    while (in_.take(';'))
      if (!next_result()) break;
    if (field_.results.empty() && !field_.none) in_.defect("no result", in_.size(), in_.size());
    if (field_.none && !field_.results.empty())
      in_.defect("'none' beside other results", none_at_, none_at_ + std::string_view("none").size());
    field_.defects = in_.defects();
    return std::move(field_);
  }

 private:
  [[nodiscard]] bool at_result_end() const { return in_.at_end() || in_.looks_at(';'); }

  bool expect(char wanted, Comments& comments) {
    in_.skip(comments);
    if (!in_.take(wanted)) return false;
    in_.skip(comments);
    return true;
  }

  bool read_instance() {
    if (!in_.take('i') || !expect('=', field_.comments)) return false;
    const std::string digits = in_.take_while(is_digit);
    int number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (number < 1 || number > kMostInstances || !expect(';', field_.comments)) return false;
    field_.instance = number;
    return true;
  }

  /// What `pattern` finds from here on; nothing is read by it.
  template <class Pattern>
  bool ahead(Pattern pattern) {
    const auto begin = in_.mark();
    const bool found = pattern();
    in_.return_to(begin);
    return found;
  }

  /// A method and its '=' come next: there is no authserv-id, as Microsoft 365 writes it.
  bool begins_result() {
    return ahead([this] {
      Comments comments;
      if (in_.take_while(is_keyword).empty()) return false;
      in_.skip(comments);
      if (in_.take('/')) {
        in_.skip(comments);
        in_.take_while(is_digit);
        in_.skip(comments);
      }
      return in_.looks_at('=');
    });
  }

  /// "ptype.property=" or "reason=" comes next, where a value was to stand.
  bool begins_property() {
    return ahead([this] {
      Comments comments;
      const std::string first = to_lower(in_.take_while(is_keyword));
      in_.skip(comments);
      if (!first.empty() && in_.take('.')) {
        in_.skip(comments);
        if (in_.take_while(is_keyword).empty()) return false;
        in_.skip(comments);
      } else if (first != "reason") {
        return false;
      }
      return in_.looks_at('=');
    });
  }

  /// What stands behind a ';'. False: the rest isn't read.
  bool next_result() {
    const auto begin = in_.position();
    Comments comments;
    in_.skip(comments);
    if (at_result_end()) {
      add(field_.results.empty() ? field_.comments : field_.results.back().comments, comments);
      // A semicolon with nothing behind it ends what several receivers write; harmless.
      if (!in_.at_end()) in_.defect("an empty result", begin, in_.position());
      return true;
    }
    if (field_.results.size() == kMostResults) {
      in_.defect("too many results", begin, in_.size());
      return false;
    }
    result(std::move(comments), begin);
    return true;
  }

  /// [CFWS] method [/version] = result *(reason / property), or the word "none" alone.
  void result(Comments comments, std::size_t begin) {
    AuthResult result;
    const auto name_at = in_.position();
    result.method = to_lower(in_.take_while(is_keyword));
    if (result.method.empty()) return in_.pass_over("expected a method", begin);
    in_.skip(comments);
    if (result.method == "none" && at_result_end()) {
      if (std::exchange(field_.none, true)) in_.defect("'none' again", name_at, in_.position());
      none_at_ = name_at;
      return add(field_.comments, comments);
    }
    if (in_.take('/')) {
      in_.skip(comments);
      result.version = in_.take_while(is_digit);
      if (result.version.empty()) return in_.pass_over("expected a version behind '/'", begin);
    }
    if (!expect('=', comments)) return in_.pass_over("expected '=' behind the method", begin);
    const auto word_at = in_.position();
    result.result = to_lower(in_.take_run());
    // Kept as written, lest "pass.example" be a pass.
    if (result.result.empty() || !std::ranges::all_of(result.result, is_keyword))
      in_.defect("expected a word as the result", word_at, in_.position());
    while (true) {
      in_.skip(result.properties.empty() ? comments : result.properties.back().comments);
      if (at_result_end() || !reason_or_property(result, comments)) break;
    }
    result.comments = std::move(comments);
    field_.results.push_back(std::move(result));
  }

  /// False: the rest of the result isn't read.
  bool reason_or_property(AuthResult& result, Comments& comments) {
    const auto begin = in_.position();
    if (result.properties.size() == kMostProperties) {
      in_.pass_over("too many properties", begin);
      return false;
    }
    AuthProperty property{.ptype = {}, .property = in_.take_while(is_keyword), .value = {}, .comments = {}};
    Comments between;
    in_.skip(between);
    if (!property.property.empty() && in_.take('.')) {
      in_.skip(between);
      property.ptype = to_lower(std::exchange(property.property, in_.take_while(is_keyword)));
      in_.skip(between);
    }
    if (property.property.empty() || !in_.take('=')) {
      in_.pass_over_run("expected ptype.property=value", begin);
      return true;
    }
    property.value = pvalue(between);
    if (property.ptype.empty() && to_lower(property.property) == "reason" && result.reason.empty()) {
      result.reason = std::move(property.value);
      add(comments, between);
      return true;
    }
    if (property.ptype.empty()) in_.defect("expected ptype.property=value", begin, in_.position());
    property.comments = std::move(between);
    result.properties.push_back(std::move(property));
    return true;
  }

  /// pvalue = [CFWS] ( value / [ [ local-part ] "@" ] domain-name ) [CFWS]
  std::string pvalue(Comments& comments) {
    const auto begin = in_.position();
    in_.skip(comments);
    if (at_result_end() || (in_.position() > begin && begins_property())) {
      in_.defect("no value behind '='", begin, begin);
      return {};
    }
    std::string value = in_.take_value();
    rest_of_address(value, comments);
    return value;
  }

  /// RFC 5322 sections 3.4.1 and 4.4: CFWS may stand around the dots of a local part and before its '@'.
  void rest_of_address(std::string& value, Comments& comments) {
    const auto begin = in_.mark();
    Comments inside;
    std::string whole = value;
    while (whole.find('@') == std::string::npos) {
      in_.skip(inside);
      if (in_.take('.')) {
        whole += '.';
        in_.skip(inside);
      }
      const bool goes_on = whole.ends_with('.') || in_.looks_at('@');
      const std::string more = goes_on ? in_.take_run() : std::string();
      if (more.empty() || more.find('=') != std::string::npos) return in_.return_to(begin);
      whole += more;
    }
    value = std::move(whole);
    add(comments, inside);
  }

  FieldCursor in_;
  std::size_t none_at_ = 0;
  AuthenticationResults field_;
};

}  // namespace

AuthenticationResults parse_authentication_results(std::string_view field_body) { return Reader(field_body).read(); }
AuthenticationResults parse_arc_authentication_results(std::string_view field_body) {
  return Reader(field_body).read_arc();
}

}  // namespace labctl::mail
