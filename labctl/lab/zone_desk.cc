#include "labctl/lab/zone_desk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "labctl/base/file.h"
#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"
#include "labctl/dns/signing.h"
#include "labctl/dns/zone_diff.h"
#include "labctl/dns/zone_text.h"

namespace labctl::lab {
namespace {

// An edit takes a tenth of a second, one whose resolver is slow a few.
constexpr Patience kLockPatience{.total = Milliseconds{20'000}, .first = Milliseconds{1}, .longest = Milliseconds{20}};

/// Whether every record is among `wanted`, whatever its TTL: a set's TTL is that of its last record.
bool only_of(const std::vector<dns::Record>& records, const std::vector<dns::Record>& wanted) {
  return std::ranges::all_of(records, [&](const dns::Record& record) {
    return record.type == "SOA" || std::ranges::any_of(wanted, [&](const dns::Record& one) {
             return one.owner == record.owner && one.type == record.type && one.rdata == record.rdata;
           });
  });
}

/// What the SOAs differ in beside the serial.
std::string soa_difference(const std::vector<dns::Record>& before, const std::vector<dns::Record>& after) {
  const auto soa_of = [](const std::vector<dns::Record>& records) {
    std::vector<dns::Record> soa;
    for (const auto& record : records)
      if (record.type == "SOA") soa.push_back(record);
    return soa;
  };
  return dns::to_diff(dns::edit_to_equal("", soa_of(before), soa_of(after)));
}

}  // namespace

Result<FileDescriptor> ZoneDesk::lock(const ZonePlace& place) const {
  const std::string path = history_.lock_file(place.zone);
  LABCTL_TRY(make_directories(std::filesystem::path(path).parent_path()));
  FileDescriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd) return system_error("can't open the lock", errno, path, "labctl needs root");
  LABCTL_TRY(wait_until(
      clock_, kLockPatience, fmt::format("another labctl to end its edit of {}", place.zone),
      [&]() -> Result<bool> { return ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0; }, stop_));
  return fd;
}

Result<ZoneFile> ZoneDesk::file_of(const ZonePlace& place) const {
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  ZoneFile file;
  LABCTL_ASSIGN(file.text, host->get(place.file));
  LABCTL_ASSIGN(const auto records, loaded(place));
  file.difference = difference(place, records, file.text);
  return file;
}

Result<std::vector<dns::Record>> ZoneDesk::loaded(const ZonePlace& place) const {
  return servers_.read(place.host, place.zone);
}

Result<std::string> ZoneDesk::difference(const ZonePlace& place, const std::vector<dns::Record>& records,
                                         const std::string& text) const {
  LABCTL_ASSIGN(auto written, dns::parse_zone_text(text, place.zone, place.file));
  if (place.is_signed) dns::drop_signing_records(written, place.zone);
  return soa_difference(records, written) + dns::difference(records, written);
}

bool ZoneDesk::is_same(const ZonePlace& place, const std::vector<dns::Record>& records, const std::string& text) const {
  const auto lines = difference(place, records, text);
  return lines && lines->empty();
}

Result<std::string> ZoneDesk::set_aside(const ZonePlace& place, std::string_view why, const std::string& text) const {
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  int number = 1;
  while (host->get(fmt::format("{}.{}-{}", place.file, why, number))) ++number;
  std::string path = fmt::format("{}.{}-{}", place.file, why, number);
  const std::array files{host::File{.path = path, .content = text, .mode = 0640, .owner = "knot", .group = "knot"}};
  LABCTL_TRY(host->put(files));
  return path;
}

Result<bool> ZoneDesk::transaction_is_own(const ZonePlace& place) const {
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  const auto intent = host->get(kIntentFile);
  if (!intent || trim(*intent) != place.zone) return false;
  // Another's transaction may have been begun since, had labctl been ended before it began its own.
  LABCTL_ASSIGN(const auto open, servers_.transaction(place.host, place.zone));
  LABCTL_ASSIGN(const auto pending, history_.pending(place.zone));
  const dns::ZoneEdit wanted = pending ? pending->edit : dns::ZoneEdit{};
  return only_of(open.remove, wanted.remove) && only_of(open.add, wanted.add);
}

Result<void> ZoneDesk::abort_transaction(const ZonePlace& place) const {
  LABCTL_ASSIGN(auto* const host, hosts_.find(place.host));
  LABCTL_ASSIGN(const auto aborted, host->run({.argv = {"knotc", "zone-abort", place.zone}}));
  if (aborted.exit_status == 0) return {};
  return lab_error(fmt::format("can't give up the open transaction: {}", printable(trim(aborted.err))), place.knot());
}

Result<void> ZoneDesk::settle_pending(const ZonePlace& place) const {
  LABCTL_ASSIGN(const auto pending, history_.pending(place.zone));
  if (!pending) return {};
  LABCTL_ASSIGN(const auto records, servers_.read(place.host, place.zone));
  if (!dns::took_effect(pending->edit, records)) return history_.abandon(place.zone);
  LABCTL_ASSIGN(const auto serial, servers_.serial(place.host, place.zone));
  return history_.finish(place.zone, serial, true);
}

}  // namespace labctl::lab
