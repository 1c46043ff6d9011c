#include "tests/contract/knot_server.h"

#include <fmt/format.h>

#include "labctl/base/clock.h"
#include "labctl/base/file.h"
#include "labctl/base/process.h"
#include "labctl/base/wait_until.h"
#include "labctl/dns/zone_text.h"
#include "tests/contract/daemon.h"
#include "tests/fakes/fake_knotd.h"
#include "tests/fakes/temporary_directory.h"

namespace labctl::contract {
namespace {

class FakeKnotServer final : public KnotServer {
 public:
  explicit FakeKnotServer(const std::string& zone_text) : knotd_(directory_.path() + "/knot.sock") {
    knotd_.add_zone(kZone, dns::parse_zone_text(zone_text, kZone, "zone").value_or(std::vector<dns::Record>{}));
  }
  [[nodiscard]] std::string socket() const override { return directory_.path() + "/knot.sock"; }
  void freeze() override { knotd_.freeze(kZone); }
  void open_transaction() override { knotd_.open_transaction(kZone); }

 private:
  fakes::TemporaryDirectory directory_;
  fakes::FakeKnotd knotd_;
};

constexpr const char* kConfiguration = R"(server:
    rundir: "{0}"
    listen: 127.0.0.1@{1}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: info
database:
    storage: "{0}"
template:
  - id: default
    storage: "{0}"
    file: "%s.zone"
    serial-policy: increment
    zonefile-load: difference
    journal-content: none
zone:
  - domain: {2}
)";

}  // namespace

std::unique_ptr<KnotServer> fake_knot_server(const std::string& zone_text) {
  return std::make_unique<FakeKnotServer>(zone_text);
}

struct RealKnotServer::Inside {
  fakes::TemporaryDirectory directory;
  std::unique_ptr<Daemon> daemon;
};

RealKnotServer::RealKnotServer(const std::string& zone_text) : inside_(std::make_unique<Inside>()), port_(free_port()) {
  const std::string& directory = inside_->directory.path();
  const std::string configuration = directory + "/knot.conf";
  static_cast<void>(write_file(zone_file(), zone_text));
  static_cast<void>(write_file(configuration, fmt::format(kConfiguration, directory, port_, kZone)));
  inside_->daemon =
      std::make_unique<Daemon>(std::vector<std::string>{"knotd", "-c", configuration, "-m", "16"}, directory + "/log");
  const auto up = wait_until(real_clock(), {}, "knotd", [&]() -> Result<bool> {
    const auto log = read_file(directory + "/log");
    // A zone that can't be loaded is no reason to wait on.
    return control().status(kZone).value_or(dns::ZoneStatus{}).loaded ||
           (log && log->find("failed to parse zone file") != std::string::npos && control().status(kZone).has_value());
  });
  if (!up) fmt::print(stderr, "{}\n{}\n", render(up.error()), read_file(directory + "/log").value_or(""));
}

RealKnotServer::~RealKnotServer() = default;

std::string RealKnotServer::socket() const { return inside_->directory.path() + "/knot.sock"; }

std::string RealKnotServer::zone_file() const { return fmt::format("{}/{}.zone", inside_->directory.path(), kZone); }

int RealKnotServer::knotc(const std::vector<std::string>& arguments) const {
  std::vector<std::string> argv{"knotc", "-s", socket(), "-t", "1"};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return run_process({.argv = argv}).value_or(ProcessResult{.exit_status = -1}).exit_status;
}

}  // namespace labctl::contract
