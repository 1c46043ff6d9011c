#include "labctl/cli/zones_left.h"

#include <fmt/format.h>

#include "labctl/cli/common.h"
#include "labctl/lab/lock.h"
#include "labctl/lab/ports_impl.h"
#include "labctl/lab/zone_history.h"
#include "labctl/scenario/kept_zones.h"

namespace labctl::cli {
namespace {

bool is_noted(const lab::ZoneHistory& notes, const std::string& zone) {
  const auto kept = notes.kept(zone);
  return !kept || kept->has_value();
}

void put_back_one(lab::Lab& lab, const lab::ZoneHistory& notes, const std::string& zone, const Context& context) {
  const auto done = scenario::put_back_noted(lab.ports(context.stop).zones, notes, zone);
  if (!done)
    complain(
        fmt::format("labctl: {} is not yet as it was before a run that was ended: {}\n", zone, render(done.error())));
  else if (*done)
    complain(fmt::format("labctl: {} is put back as it was before a run that was ended\n", zone));
}

}  // namespace

void put_back_what_a_run_left(lab::Lab& lab, const std::vector<std::string>& participants, const Context& context) {
  const lab::ZoneHistory notes(lab::zone_directory(lab.topology()));
  for (const auto& id : participants)
    if (const auto& zone = lab.topology().find_participant(id)->zone; is_noted(notes, zone))
      put_back_one(lab, notes, zone, context);
}

void put_back_what_a_run_left(const Context& context) {
  // What is wrong with the lab is told by the verb itself, and not every one needs it.
  const auto lab = lab::Lab::open(context.lab);
  if (!lab) return;
  const lab::ZoneHistory notes(lab::zone_directory((*lab)->topology()));
  for (const auto& participant : (*lab)->topology().participants) {
    if (!is_noted(notes, participant.zone)) continue;
    // A run that goes on puts it back itself.
    const auto locks = lab::lock_participants(context.lab, {participant.id});
    if (locks && is_noted(notes, participant.zone)) put_back_one(**lab, notes, participant.zone, context);
  }
}

void tell_zones_left(const lab::Lab& lab, const std::vector<std::string>& participants) {
  const lab::ZoneHistory notes(lab::zone_directory(lab.topology()));
  for (const auto& id : participants)
    if (const auto& zone = lab.topology().find_participant(id)->zone; is_noted(notes, zone))
      complain(fmt::format("labctl: {} is not put back yet; the next run or zone command does it\n", zone));
}

}  // namespace labctl::cli
