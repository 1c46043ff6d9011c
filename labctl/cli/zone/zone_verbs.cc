#include "labctl/cli/zone/zone_verbs.h"

#include <CLI/CLI.hpp>
#include <array>

namespace labctl::cli {
namespace {

constexpr std::array kZoneVerbs{
    ZoneVerb{"list", "list the lab's zones, and what is the matter with them", &declare_zone_list},
    ZoneVerb{"show", "print the zone as its authority serves it", &declare_zone_show},
    ZoneVerb{"diff", "tell what a file, or the zone's own file, has that is not served, and the other way",
             &declare_zone_diff},
    ZoneVerb{"set", "make a record the only one of its kind: set ZONE OWNER TTL TYPE DATA", &declare_zone_set},
    ZoneVerb{"unset", "remove records: unset ZONE OWNER [TYPE]", &declare_zone_unset},
    ZoneVerb{"edit", "open the zone in an editor and make what comes of it", &declare_zone_edit},
    ZoneVerb{"apply", "make the zone equal to a file by the smallest change", &declare_zone_apply},
    ZoneVerb{"undo", "take an edit by labctl back", &declare_zone_undo},
    ZoneVerb{"history", "list the edits by labctl", &declare_zone_history},
    ZoneVerb{"reset", "put the zone back to the start", &declare_zone_reset},
    ZoneVerb{"lint", "tell what is wrong with a zone's records; a file needs no lab", &declare_zone_lint},
    ZoneVerb{"watch", "watch a zone's records at the authority and at the resolver", &declare_zone_watch},
    ZoneVerb{"repair", "mend what edits by hand left: open transaction, frozen zone, bad file or serial, deaf knotd",
             &declare_zone_repair},
};

}  // namespace

std::span<const ZoneVerb> zone_verbs() { return kZoneVerbs; }

void declare_zone_name(CLI::App& app, std::string& zone) {
  app.add_option("zone", zone, "m001.mail.nic.example, or another zone of the lab")->required();
}

}  // namespace labctl::cli
