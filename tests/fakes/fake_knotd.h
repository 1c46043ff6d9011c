#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "labctl/dns/record.h"

namespace labctl::fakes {

/// A knotd as far as its control socket shows one: libknot's server half of the protocol on a thread, zones in memory.
/// tests/contract holds it to what the real one does.
class FakeKnotd {
 public:
  /// Listens at `socket_path`.
  explicit FakeKnotd(std::string socket_path);
  ~FakeKnotd();
  FakeKnotd(const FakeKnotd&) = delete;
  FakeKnotd& operator=(const FakeKnotd&) = delete;

  /// Holds `records` (the SOA's serial is the zone's); without any the zone is not loaded.
  void add_zone(const std::string& zone, std::vector<dns::Record> records);
  /// `word`: what zone-status says of it, "yes", or "freezing" while the freeze is still to be carried out.
  void freeze(const std::string& zone, const std::string& word = "yes");
  void open_transaction(const std::string& zone);

  /// What the zone serves now.
  [[nodiscard]] std::vector<dns::Record> records(const std::string& zone) const;
  [[nodiscard]] bool transaction_open(const std::string& zone) const;
  /// All commands so far, each as "zone-set m001.example".
  [[nodiscard]] std::vector<std::string> commands() const;
  [[nodiscard]] int connections() const;

  /// From now on `command` gets this error.
  void refuse(const std::string& command, std::string error);
  /// From now on `command` gets no answer, as from a wedged control socket.
  void stall_at(const std::string& command);
  /// From now on `command` breaks the connection.
  void break_at(const std::string& command);
  /// zone-read answers with this many records and the pause between two of them is `pause_ms`.
  void drip(int records, int pause_ms);

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace labctl::fakes
