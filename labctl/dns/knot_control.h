#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "labctl/base/clock.h"
#include "labctl/base/error.h"
#include "labctl/dns/record.h"
#include "labctl/dns/zone_edit.h"

namespace labctl::dns {

/// What Knot says about a zone (zone-status).
struct ZoneStatus {
  std::uint32_t serial = 0;
  bool loaded = false;  ///< false: its file is missing or has an error, and Knot serves nothing of it
  bool frozen = false;
  bool transaction_open = false;
};

/// Talks Knot's control protocol (libknot) over the Unix socket of one knotd. Each call is one connection with a
/// deadline for the whole call. Errors: `lab` with knotd's own words, `timeout` when knotd does not answer (a wedged
/// control socket: see repair in ARCHITECTURE.md).
class KnotControl {
 public:
  explicit KnotControl(std::string socket_path, Milliseconds timeout = Milliseconds{5000});

  [[nodiscard]] Result<std::vector<Record>> read(const std::string& zone) const;
  [[nodiscard]] Result<ZoneStatus> status(const std::string& zone) const;
  /// What the zone's open transaction would change; nothing when none is open.
  [[nodiscard]] Result<ZoneEdit> transaction(const std::string& zone) const;
  /// One transaction: begin, removals, additions, commit; aborted when any of them is refused. Knot bumps the serial.
  /// Refuses when a transaction is open already, the zone is frozen or not loaded, saying so. Errors: `usage` when Knot
  /// refuses a record or the zone that it would make; after `timeout`, and only then, the transaction may still be
  /// open.
  [[nodiscard]] Result<void> apply(const ZoneEdit& edit) const;

 private:
  std::string socket_path_;
  Milliseconds timeout_;
};

}  // namespace labctl::dns
