#include "labctl/dns/knot_control.h"

#include <fmt/format.h>
#include <sys/un.h>

// libknot's headers of this version don't say themselves that they are C.
extern "C" {
#include <libknot/control/control.h>
#include <libknot/errcode.h>
#include <libknot/libknot.h>
}

#include <charconv>
#include <functional>
#include <memory>
#include <optional>

#include "labctl/base/text.h"

namespace labctl::dns {
namespace {

using Unit = std::vector<std::pair<knot_ctl_idx_t, std::string>>;
using Receiver = std::function<void(const knot_ctl_data_t& data)>;

/// One control connection; a transaction that was begun on it and not committed is aborted with it.
class Connection {
 public:
  static Result<std::unique_ptr<Connection>> open(const std::string& path, Milliseconds timeout) {
    auto connection = std::unique_ptr<Connection>(new Connection);
    if (path.size() >= sizeof(sockaddr_un::sun_path)) return lab_error("the path of Knot's control socket is too long", path);
    if (!connection->ctl_) return lab_error("no memory for a control connection");
    knot_ctl_set_timeout(connection->ctl_.get(), static_cast<int>(timeout.count()));
    if (const int code = knot_ctl_connect(connection->ctl_.get(), path.c_str()); code != KNOT_EOK)
      return lab_error(fmt::format("can't connect to Knot's control socket: {}", knot_strerror(code)), path,
                       "is knotd running? systemctl status knot.service on that host tells");
    return connection;
  }
  ~Connection() {
    if (!open_zone_.empty()) static_cast<void>(command({{KNOT_CTL_IDX_CMD, "zone-abort"}, {KNOT_CTL_IDX_ZONE, open_zone_}}, {}));
    knot_ctl_send(ctl_.get(), KNOT_CTL_TYPE_END, nullptr);
    knot_ctl_close(ctl_.get());
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Result<void> command(const Unit& unit, const Receiver& receive) {
    knot_ctl_data_t data{};
    for (const auto& [index, value] : unit) data[index] = value.c_str();
    if (int code = knot_ctl_send(ctl_.get(), KNOT_CTL_TYPE_DATA, &data); code != KNOT_EOK) return failed(unit, code);
    if (int code = knot_ctl_send(ctl_.get(), KNOT_CTL_TYPE_BLOCK, nullptr); code != KNOT_EOK) return failed(unit, code);
    std::string refusal;
    while (true) {
      knot_ctl_type_t type{};
      knot_ctl_data_t answer{};
      if (int code = knot_ctl_receive(ctl_.get(), &type, &answer); code != KNOT_EOK) return failed(unit, code);
      if (answer[KNOT_CTL_IDX_ERROR] != nullptr) refusal = answer[KNOT_CTL_IDX_ERROR];
      if (type == KNOT_CTL_TYPE_BLOCK || type == KNOT_CTL_TYPE_END) break;
      if (receive) receive(answer);
    }
    refused_ = !refusal.empty();
    if (refused_) return lab_error(fmt::format("Knot refuses {}: {}", words_of(unit), printable(refusal)));
    return {};
  }

  /// Whether Knot answered the last command with an error of its own.
  [[nodiscard]] bool refused() const { return refused_; }

  Result<void> begin(const std::string& zone) {
    LABCTL_TRY(command({{KNOT_CTL_IDX_CMD, "zone-begin"}, {KNOT_CTL_IDX_ZONE, zone}}, {}));
    open_zone_ = zone;
    return {};
  }
  Result<void> commit() {
    // Blocking: when it returns the change is served. Safe, since the transaction is this connection's own.
    LABCTL_TRY(command({{KNOT_CTL_IDX_CMD, "zone-commit"}, {KNOT_CTL_IDX_FLAGS, "B"}, {KNOT_CTL_IDX_ZONE, open_zone_}}, {}));
    open_zone_.clear();
    return {};
  }

 private:
  struct Free {
    void operator()(knot_ctl_t* ctl) const { knot_ctl_free(ctl); }
  };
  Connection() : ctl_(knot_ctl_alloc()) {}

  static std::string words_of(const Unit& unit) {
    std::vector<std::string> words;
    for (const auto& [index, value] : unit)
      if (index != KNOT_CTL_IDX_FLAGS) words.push_back(value);
    return join(words, " ");
  }
  std::unexpected<Error> failed(const Unit& unit, int code) {
    open_zone_.clear();  // Nothing more can be said on a broken connection; knotd drops what it held.
    if (code == KNOT_ETIMEOUT)
      return timeout_error(fmt::format("knotd does not answer {}", words_of(unit)), {},
                           "its control socket may be wedged by a blocking reload during an open transaction: only "
                           "systemctl kill -s KILL knot.service and a start mend that");
    return lab_error(fmt::format("the control connection to knotd broke at {}: {}", words_of(unit), knot_strerror(code)));
  }

  std::unique_ptr<knot_ctl_t, Free> ctl_;
  std::string open_zone_;
  bool refused_ = false;
};

std::string field(const knot_ctl_data_t& data, knot_ctl_idx_t index) { return data[index] != nullptr ? data[index] : ""; }

Unit record_command(const char* command, const std::string& zone, const Record& record, bool with_ttl) {
  Unit unit{{KNOT_CTL_IDX_CMD, command}, {KNOT_CTL_IDX_ZONE, zone}, {KNOT_CTL_IDX_OWNER, record.owner}};
  if (with_ttl) unit.emplace_back(KNOT_CTL_IDX_TTL, std::to_string(record.ttl));
  unit.emplace_back(KNOT_CTL_IDX_TYPE, record.type);
  unit.emplace_back(KNOT_CTL_IDX_DATA, record.rdata);
  return unit;
}

Result<ZoneStatus> status_over(Connection& connection, const std::string& zone) {
  ZoneStatus status;
  LABCTL_TRY(connection.command({{KNOT_CTL_IDX_CMD, "zone-status"}, {KNOT_CTL_IDX_ZONE, zone}}, [&](const knot_ctl_data_t& data) {
    const std::string type = field(data, KNOT_CTL_IDX_TYPE);
    const std::string value = field(data, KNOT_CTL_IDX_DATA);
    if (type == "serial") std::from_chars(value.data(), value.data() + value.size(), status.serial);
    if (type == "transaction") status.transaction_open = value == "open";
    if (type == "freeze") status.frozen = value == "yes";
  }));
  return status;
}

}  // namespace

KnotControl::KnotControl(std::string socket_path, Milliseconds timeout) : socket_path_(std::move(socket_path)), timeout_(timeout) {}

Result<std::vector<Record>> KnotControl::read(const std::string& zone) const {
  LABCTL_ASSIGN(const auto connection, Connection::open(socket_path_, timeout_));
  std::vector<Record> records;
  std::optional<Error> unreadable;
  std::string owner;
  std::string ttl;
  std::string type;
  LABCTL_TRY(connection->command({{KNOT_CTL_IDX_CMD, "zone-read"}, {KNOT_CTL_IDX_ZONE, zone}}, [&](const knot_ctl_data_t& data) {
    // Further records of a set come without the parts that they share with the first.
    if (data[KNOT_CTL_IDX_OWNER] != nullptr) owner = data[KNOT_CTL_IDX_OWNER];
    if (data[KNOT_CTL_IDX_TTL] != nullptr) ttl = data[KNOT_CTL_IDX_TTL];
    if (data[KNOT_CTL_IDX_TYPE] != nullptr) type = data[KNOT_CTL_IDX_TYPE];
    if (data[KNOT_CTL_IDX_DATA] == nullptr) return;
    auto record = parse_record(fmt::format("{} {} {} {}", owner, ttl, type, data[KNOT_CTL_IDX_DATA]), zone);
    if (record)
      records.push_back(std::move(*record));
    else
      unreadable = record.error();
  }));
  if (unreadable) return std::unexpected(unreadable->while_("a record that Knot serves can't be read"));
  return records;
}

Result<ZoneStatus> KnotControl::status(const std::string& zone) const {
  LABCTL_ASSIGN(const auto connection, Connection::open(socket_path_, timeout_));
  return status_over(*connection, zone);
}

Result<void> KnotControl::apply(const ZoneEdit& edit) const {
  if (edit.empty()) return {};
  LABCTL_ASSIGN(const auto connection, Connection::open(socket_path_, timeout_));
  LABCTL_ASSIGN(const auto status, status_over(*connection, edit.zone));
  if (status.transaction_open)
    return lab_error(fmt::format("somebody has a transaction open on zone {}", edit.zone), {},
                     fmt::format("who opened it ends it: knotc zone-commit {0} (or zone-abort {0})", edit.zone));
  if (status.frozen)
    return lab_error(fmt::format("zone {} is frozen: somebody is editing its file", edit.zone), {},
                     fmt::format("when the edit is done: knotc zone-thaw {0}; knotc zone-reload {0}", edit.zone));
  LABCTL_TRY(connection->begin(edit.zone));
  const auto change = [&]() -> Result<void> {
    for (const auto& record : edit.remove) LABCTL_TRY(connection->command(record_command("zone-unset", edit.zone, record, false), {}));
    for (const auto& record : edit.add) LABCTL_TRY(connection->command(record_command("zone-set", edit.zone, record, true), {}));
    return connection->commit();
  };
  auto changed = change();
  // Records that Knot takes no zone with are the caller's mistake; the transaction is aborted with the connection.
  if (!changed && connection->refused()) {
    changed.error().kind = ErrorKind::usage;
    changed.error().hint = "the zone stays as it was";
  }
  return changed;
}

}  // namespace labctl::dns
