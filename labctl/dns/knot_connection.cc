#include "labctl/dns/knot_connection.h"

#include <fmt/format.h>
#include <sys/un.h>

extern "C" {
#include <libknot/errcode.h>
#include <libknot/error.h>
}

#include <algorithm>

#include "labctl/base/text.h"
#include "labctl/base/wait_until.h"

namespace labctl::dns {
namespace {

constexpr const char* kWedgedHint =
    "labctl logs HOST knot.service tells what it did last. A blocking reload during an open transaction wedges the "
    "control socket for good: then labctl zone repair ends knotd with SIGKILL and starts it again";

std::string words_of(const KnotCommand& command) {
  std::vector<std::string> words;
  for (const auto& [index, value] : command)
    if (index != KNOT_CTL_IDX_FLAGS) words.push_back(value);
  return printable(join(words, " "));
}

std::string seconds(Milliseconds time) { return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000); }

}  // namespace

KnotConnection::KnotConnection(std::string path, Milliseconds timeout)
    : ctl_(knot_ctl_alloc()), path_(std::move(path)), timeout_(timeout), deadline_(timeout) {}

Result<std::unique_ptr<KnotConnection>> KnotConnection::open(const std::string& path, Milliseconds timeout) {
  if (path.size() >= sizeof(sockaddr_un::sun_path))
    return lab_error(
        fmt::format("the path of Knot's control socket is longer than the {} bytes that a socket's path may have",
                    sizeof(sockaddr_un::sun_path) - 1),
        path);
  std::unique_ptr<KnotConnection> connection(new KnotConnection(path, timeout));
  if (!connection->ctl_) return lab_error("no memory for a control connection");
  connection->limit_next();
  int code = KNOT_EAGAIN;
  // EAGAIN: the queue of connections is full. Others may be before us, or knotd takes none from it any more.
  static_cast<void>(wait_until(real_clock(), {.total = timeout, .first = Milliseconds{1}, .longest = Milliseconds{20}},
                               "a place in the queue", [&]() -> Result<bool> {
                                 code = knot_ctl_connect(connection->ctl_.get(), path.c_str());
                                 return code != KNOT_EAGAIN;
                               }));
  if (code == KNOT_ETIMEOUT || code == KNOT_EAGAIN)
    return timeout_error("knotd takes no connection at its control socket", path, kWedgedHint);
  if (code != KNOT_EOK)
    return lab_error(fmt::format("can't connect to Knot's control socket: {}", knot_strerror(code)), path,
                     "is knotd running? labctl logs HOST knot.service tells; labctl zone repair starts it");
  connection->connected_ = true;
  return connection;
}

KnotConnection::~KnotConnection() {
  if (!connected_) return;
  if (!open_zone_.empty()) {
    // What went before may have used up the deadline; the abort has its own, for a transaction left open blocks the
    // zone.
    deadline_ = Deadline(timeout_);
    static_cast<void>(command({{KNOT_CTL_IDX_CMD, "zone-abort"}, {KNOT_CTL_IDX_ZONE, open_zone_}}));
  }
  limit_next();
  knot_ctl_send(ctl_.get(), KNOT_CTL_TYPE_END, nullptr);
  knot_ctl_close(ctl_.get());
}

void KnotConnection::limit_next() {
  // To libknot 0 is no limit.
  knot_ctl_set_timeout(ctl_.get(), static_cast<int>(std::max<std::int64_t>(deadline_.left().count(), 1)));
}

Result<void> KnotConnection::command(const KnotCommand& command, const Receiver& receive) {
  refused_ = false;
  knot_ctl_data_t data{};
  for (const auto& [index, value] : command) data[index] = value.c_str();
  limit_next();
  if (int code = knot_ctl_send(ctl_.get(), KNOT_CTL_TYPE_DATA, &data); code != KNOT_EOK) return broke(command, code);
  if (int code = knot_ctl_send(ctl_.get(), KNOT_CTL_TYPE_BLOCK, nullptr); code != KNOT_EOK) return broke(command, code);
  std::string refusal;
  while (true) {
    if (deadline_.passed()) return broke(command, KNOT_ETIMEOUT);
    limit_next();
    knot_ctl_type_t type{};
    knot_ctl_data_t answer{};
    if (int code = knot_ctl_receive(ctl_.get(), &type, &answer); code != KNOT_EOK) return broke(command, code);
    if (answer[KNOT_CTL_IDX_ERROR] != nullptr) refusal = answer[KNOT_CTL_IDX_ERROR];
    if (type == KNOT_CTL_TYPE_BLOCK || type == KNOT_CTL_TYPE_END) break;
    if (receive) receive(answer);
  }
  refused_ = !refusal.empty();
  if (refused_) return lab_error(fmt::format("Knot refuses {}: {}", words_of(command), printable(refusal)));
  return {};
}

Result<void> KnotConnection::begin(const std::string& zone) {
  LABCTL_TRY(command({{KNOT_CTL_IDX_CMD, "zone-begin"}, {KNOT_CTL_IDX_ZONE, zone}}));
  open_zone_ = zone;
  return {};
}

Result<void> KnotConnection::commit() {
  // Blocking, so that when it returns the change is served. Safe: the transaction is our own, and no other command can
  // come in before its end.
  LABCTL_TRY(command({{KNOT_CTL_IDX_CMD, "zone-commit"}, {KNOT_CTL_IDX_FLAGS, "B"}, {KNOT_CTL_IDX_ZONE, open_zone_}}));
  open_zone_.clear();
  return {};
}

std::unexpected<Error> KnotConnection::broke(const KnotCommand& command, int code) {
  // Nothing more can be said here. A transaction that was begun may still be open: whoever keeps a note of having begun
  // it (lab's zone port) aborts it with the next command.
  open_zone_.clear();
  if (code == KNOT_ETIMEOUT)
    return timeout_error(fmt::format("knotd does not answer {} within {}", words_of(command), seconds(timeout_)), path_,
                         kWedgedHint);
  return lab_error(
      fmt::format("the control connection to knotd broke at {}: {}", words_of(command), knot_strerror(code)), path_,
      "did knotd end? labctl logs HOST knot.service tells");
}

}  // namespace labctl::dns
