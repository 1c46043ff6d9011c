#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace labctl::evaluate {

/// Lower case, without the dot at the end: the form in which evaluation compares names.
std::string normal_name(std::string_view name);
/// As a zone file writes it: absolute, with octets escaped as ldns does.
std::string zone_name(std::string_view normal);
std::vector<std::string> labels_of(std::string_view normal);
/// The last `count` labels.
std::string last_labels(std::string_view normal, std::size_t count);
/// The name without its first label; empty for one that has only one.
std::string parent_of(std::string_view normal);
/// Can be asked for: labels of 1 to 63 octets, 253 in all (RFC 1035 section 2.3.4).
bool is_queryable(std::string_view normal);
/// `name` is `above` or ends in ".above".
bool is_at_or_below(std::string_view name, std::string_view above);
/// Letters, digits, hyphens inside, underscores: what a domain that mail comes from looks like.
bool is_mail_domain(std::string_view normal);

}  // namespace labctl::evaluate
