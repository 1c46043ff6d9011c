#pragma once

#include <memory>
#include <string>

#include "labctl/dns/knot_control.h"

namespace labctl::contract {

inline const std::string kZone = "m001.lab.example";

/// A server that serves kZone: the real knotd or the fake one.
class KnotServer {
 public:
  virtual ~KnotServer() = default;
  [[nodiscard]] virtual std::string socket() const = 0;
  /// As a participant does it: knotc zone-freeze (waited for: without -b it returns before it is done), knotc
  /// zone-begin.
  virtual void freeze() = 0;
  virtual void open_transaction() = 0;

  [[nodiscard]] dns::KnotControl control() const { return dns::KnotControl(socket()); }
};

/// `zone_text` is the zone file; one with an error is not loaded.
std::unique_ptr<KnotServer> fake_knot_server(const std::string& zone_text);

/// knotd by its own configuration in a temporary directory, on a port of loopback.
class RealKnotServer final : public KnotServer {
 public:
  explicit RealKnotServer(const std::string& zone_text);
  ~RealKnotServer() override;

  [[nodiscard]] std::string socket() const override;
  void freeze() override { knotc({"-b", "zone-freeze", kZone}); }
  void open_transaction() override { knotc({"zone-begin", kZone}); }

  /// knotc's exit status.
  int knotc(const std::vector<std::string>& arguments) const;
  [[nodiscard]] std::string zone_file() const;
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
  std::uint16_t port_ = 0;
};

}  // namespace labctl::contract
