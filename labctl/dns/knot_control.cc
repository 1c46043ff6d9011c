#include "labctl/dns/knot_control.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "labctl/dns/knot_connection.h"

namespace labctl::dns {
namespace {

/// zone-read sends a record set's owner, TTL and type with its first record only.
class RecordReader {
 public:
  explicit RecordReader(std::string_view zone) : zone_(zone) {}

  void take(const knot_ctl_data_t& data) {
    if (data[KNOT_CTL_IDX_OWNER] != nullptr) owner_ = data[KNOT_CTL_IDX_OWNER];
    if (data[KNOT_CTL_IDX_TTL] != nullptr) ttl_ = data[KNOT_CTL_IDX_TTL];
    if (data[KNOT_CTL_IDX_TYPE] != nullptr) type_ = data[KNOT_CTL_IDX_TYPE];
    if (data[KNOT_CTL_IDX_DATA] == nullptr) return;
    auto record = parse_record(fmt::format("{} {} {} {}", owner_, ttl_, type_, data[KNOT_CTL_IDX_DATA]), zone_);
    if (record)
      records_.push_back(std::move(*record));
    else
      unreadable_ = record.error();
  }

  Result<std::vector<Record>> records() && {
    if (unreadable_) return lab_error(fmt::format("a record that Knot serves can't be read: {}", unreadable_->message));
    return std::move(records_);
  }

 private:
  std::string_view zone_;
  std::string owner_;
  std::string ttl_;
  std::string type_;
  std::vector<Record> records_;
  std::optional<Error> unreadable_;
};

KnotCommand record_command(const char* command, const std::string& zone, const Record& record, bool with_ttl) {
  KnotCommand unit{{KNOT_CTL_IDX_CMD, command}, {KNOT_CTL_IDX_ZONE, zone}, {KNOT_CTL_IDX_OWNER, record.owner}};
  if (with_ttl) unit.emplace_back(KNOT_CTL_IDX_TTL, std::to_string(record.ttl));
  unit.emplace_back(KNOT_CTL_IDX_TYPE, record.type);
  unit.emplace_back(KNOT_CTL_IDX_DATA, record.rdata);
  return unit;
}

Result<ZoneStatus> status_over(KnotConnection& connection, const std::string& zone) {
  ZoneStatus status;
  const auto take = [&](const knot_ctl_data_t& data) {
    if (data[KNOT_CTL_IDX_TYPE] == nullptr || data[KNOT_CTL_IDX_DATA] == nullptr) return;
    const std::string_view type = data[KNOT_CTL_IDX_TYPE];
    const std::string_view value = data[KNOT_CTL_IDX_DATA];
    // "-" stands for no serial.
    if (type == "serial")
      status.loaded = std::from_chars(value.data(), value.data() + value.size(), status.serial).ec == std::errc();
    if (type == "transaction") status.transaction_open = value == "open";
    // zone-freeze returns before it is carried out: from then on the file is somebody's.
    if (type == "freeze") status.frozen = value == "yes" || value == "freezing";
  };
  LABCTL_TRY(connection.command({{KNOT_CTL_IDX_CMD, "zone-status"}, {KNOT_CTL_IDX_ZONE, zone}}, take));
  return status;
}

Result<void> require_editable(const ZoneStatus& status, const std::string& zone) {
  if (status.transaction_open)
    return lab_error(fmt::format("somebody has a transaction open on zone {}", zone), {},
                     fmt::format("who opened it ends it: knotc zone-commit {0} (or zone-abort {0})", zone));
  if (status.frozen)
    return lab_error(fmt::format("zone {} is frozen: somebody is editing its file", zone), {},
                     fmt::format("when the edit is done: knotc zone-thaw {0}; knotc zone-reload {0}", zone));
  // A commit would replace a file that could not be loaded with the few records of the edit.
  if (!status.loaded)
    return lab_error(fmt::format("Knot has not loaded zone {}: its file is missing or has an error", zone), {},
                     "labctl logs HOST knot.service names the line; mend the file, then knotc zone-reload " + zone);
  return {};
}

Result<void> change(KnotConnection& connection, const ZoneEdit& edit) {
  for (const auto& record : edit.remove)
    // Replaced by the one that is added: a zone is never without.
    if (record.type != "SOA") LABCTL_TRY(connection.command(record_command("zone-unset", edit.zone, record, false)));
  for (const auto& record : edit.add)
    LABCTL_TRY(connection.command(record_command("zone-set", edit.zone, record, true)));
  return connection.commit();
}

}  // namespace

KnotControl::KnotControl(std::string socket_path, Milliseconds timeout)
    : socket_path_(std::move(socket_path)), timeout_(timeout) {}

Result<std::vector<Record>> KnotControl::read(const std::string& zone) const {
  LABCTL_ASSIGN(const auto connection, KnotConnection::open(socket_path_, timeout_));
  RecordReader reader(zone);
  LABCTL_TRY(connection->command({{KNOT_CTL_IDX_CMD, "zone-read"}, {KNOT_CTL_IDX_ZONE, zone}},
                                 [&](const knot_ctl_data_t& data) { reader.take(data); }));
  return std::move(reader).records();
}

Result<ZoneStatus> KnotControl::status(const std::string& zone) const {
  LABCTL_ASSIGN(const auto connection, KnotConnection::open(socket_path_, timeout_));
  return status_over(*connection, zone);
}

Result<ZoneEdit> KnotControl::transaction(const std::string& zone) const {
  LABCTL_ASSIGN(const auto connection, KnotConnection::open(socket_path_, timeout_));
  RecordReader removed(zone);
  RecordReader added(zone);
  LABCTL_ASSIGN(const auto status, status_over(*connection, zone));
  if (!status.transaction_open) return ZoneEdit{.zone = zone, .remove = {}, .add = {}};
  LABCTL_TRY(connection->command({{KNOT_CTL_IDX_CMD, "zone-diff"}, {KNOT_CTL_IDX_ZONE, zone}},
                                 [&](const knot_ctl_data_t& data) {
                                   const char* sign = data[KNOT_CTL_IDX_FLAGS];
                                   (sign != nullptr && *sign == '-' ? removed : added).take(data);
                                 }));
  ZoneEdit edit{.zone = zone, .remove = {}, .add = {}};
  LABCTL_ASSIGN(edit.remove, std::move(removed).records());
  LABCTL_ASSIGN(edit.add, std::move(added).records());
  return edit;
}

Result<void> KnotControl::apply(const ZoneEdit& edit) const {
  if (edit.empty()) return {};
  LABCTL_ASSIGN(const auto connection, KnotConnection::open(socket_path_, timeout_));
  LABCTL_ASSIGN(const auto status, status_over(*connection, edit.zone));
  LABCTL_TRY(require_editable(status, edit.zone));
  LABCTL_TRY(connection->begin(edit.zone));
  auto changed = change(*connection, edit);
  // Records that Knot takes no zone with are the caller's mistake; the transaction is aborted with the connection.
  if (!changed && connection->refused()) {
    changed.error().kind = ErrorKind::usage;
    changed.error().hint = "the zone stays as it was";
  }
  return changed;
}

}  // namespace labctl::dns
