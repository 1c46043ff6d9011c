#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "labctl/base/language.h"
#include "labctl/lab/zone_place.h"

namespace labctl::lab {

/// What may be the matter with a zone. Each has its row in ZoneAdmin's examination and its way of being mended.
enum class ZoneTroubleKind {
  knot_down,         ///< knotd does not run
  knot_wedged,       ///< knotd runs, and its control socket takes nothing any more
  own_transaction,   ///< one that a killed labctl left open
  transaction,       ///< somebody's
  frozen,            ///< zone-freeze without zone-thaw
  not_loaded,        ///< knotd serves nothing of it
  file_empty,        ///< the file has no octet: what Knot leaves when the disk is full at its flush
  file_gone,         ///< there is no file
  file_broken,       ///< the file can't be read, at `place`
  file_ahead,        ///< edited by hand, not loaded
  serial_back,       ///< the file's serial is older than the loaded one: knotd refuses to load it
  serial_unchanged,  ///< the file is another one and its serial is not
  pending,           ///< the history does not know yet what became of labctl's last edit
};

/// One of them, told to a person.
struct ZoneTrouble {
  ZoneTroubleKind kind = ZoneTroubleKind::frozen;
  std::string id;     ///< "zone.frozen"
  std::string place;  ///< "receiver.m001:/var/lib/knot/….zone:7"
  LocalText what;
  LocalText advice;
};

/// A zone as its name server and its file have it.
struct ZoneCondition {
  ZonePlace place;
  bool loaded = false;
  std::uint32_t serial = 0;
  std::size_t records = 0;
  std::optional<std::uint32_t> file_serial;
  std::string difference;  ///< lines "+ " only in the file, "- " only loaded
  std::vector<ZoneTrouble> troubles;

  [[nodiscard]] bool has(ZoneTroubleKind kind) const;
};

/// The trouble in words.
ZoneTrouble trouble_of(ZoneTroubleKind kind, const ZonePlace& place, const std::string& detail);

}  // namespace labctl::lab
