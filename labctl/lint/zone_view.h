#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/dns/record.h"
#include "labctl/evaluate/zone_resolver.h"
#include "labctl/lint/finding.h"

namespace labctl::lint {

/// A record, and where it was written.
struct Line {
  dns::Record record;
  std::size_t line = 0;
  const std::string* file = nullptr;
  std::string text;  ///< of a TXT: its strings joined
};

/// A zone as it is written, with every line of its file.
struct WrittenZone {
  std::string apex;  ///< absolute
  std::string file;  ///< its name, for findings
  std::vector<Line> lines;
};

/// The zones that are looked at together. What lies outside of them is not known, and nothing is said about it.
class ZoneView {
 public:
  explicit ZoneView(std::vector<WrittenZone> zones);
  ZoneView(const ZoneView&) = delete;
  ZoneView& operator=(const ZoneView&) = delete;
  ~ZoneView() = default;

  [[nodiscard]] const std::vector<WrittenZone>& zones() const { return zones_; }
  [[nodiscard]] evaluate::ZoneResolver& resolver() { return resolver_; }
  /// `name` in normal form lies in one of the zones, and is not delegated away.
  [[nodiscard]] bool is_known(std::string_view name) const;
  /// Lines of that absolute owner and type.
  [[nodiscard]] std::vector<const Line*> find(std::string_view owner, std::string_view type) const;

 private:
  std::vector<WrittenZone> zones_;
  evaluate::ZoneResolver resolver_;
};

/// A finding about `line`.
Finding finding_at(const Line& line, std::string id, Severity severity, std::string source, LocalText message,
                   LocalText advice);

}  // namespace labctl::lint
