#pragma once

#include <set>
#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/evaluate/resolver.h"

namespace labctl::evaluate {

/// The records of one zone.
struct Zone {
  std::string apex;  ///< absolute, as dns::Record has owners
  std::vector<dns::Record> records;
};

/// The name of the zone that a file holds, relative or absolute: its $ORIGIN, else the owner of its SOA, else the
/// file's own name ("example.com.zone"), else the root.
std::string zone_of_file(const std::string& text, const std::string& file);
/// The zone that a file holds. Errors: `usage`, placed at file:line.
Result<Zone> read_zone_file(const std::string& path);
/// The same from the file's text; `file` is for its name and for errors.
Result<Zone> read_zone_text(const std::string& text, const std::string& file);

/// Answers as an authority for zones that are held in memory: the zone nearest above a name, wildcards (RFC 4592),
/// names without records of their own, aliases. A name outside all zones does not exist.
class ZoneResolver final : public Resolver {
 public:
  explicit ZoneResolver(std::vector<Zone> zones) : zones_(std::move(zones)) {}
  Answer query(std::string_view name, std::string_view type) override;
  /// Names that were asked for and lie in none of the zones, normal form.
  [[nodiscard]] const std::set<std::string>& outside() const { return outside_; }
  /// All names that were asked for, and those that aliases led to, normal form.
  [[nodiscard]] const std::set<std::string>& asked() const { return asked_; }

 private:
  std::vector<Zone> zones_;
  std::set<std::string> outside_;
  std::set<std::string> asked_;
};

}  // namespace labctl::evaluate
