#pragma once

#include <string>
#include <string_view>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"

namespace labctl::dns {

/// Unbound's remote control over its Unix socket without TLS (control-use-cert: no): "UBCT1 <command>\n".
class UnboundControl {
 public:
  explicit UnboundControl(std::string socket_path, Milliseconds timeout = Milliseconds{2000});
  /// Forgets every positive and negative entry at and below `zone`.
  [[nodiscard]] Result<void> flush_zone(std::string_view zone) const;
  /// Forgets which name servers did not answer.
  [[nodiscard]] Result<void> flush_servers() const;

 private:
  [[nodiscard]] Result<void> command(const std::string& what) const;

  std::string socket_path_;
  Milliseconds timeout_;
};

}  // namespace labctl::dns
