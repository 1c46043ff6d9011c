#pragma once

// libknot's headers of this version don't say themselves that they are C.
extern "C" {
#include <libknot/control/control.h>
}

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "labctl/base/deadline.h"
#include "labctl/base/error.h"

namespace labctl::dns {

/// One command to knotd: its parts by their index.
using KnotCommand = std::vector<std::pair<knot_ctl_idx_t, std::string>>;

/// One connection to knotd's control socket, with a deadline for all that is said on it.
///
/// knotd serves one connection at a time, so nobody else's command comes between two of ours. But a transaction belongs
/// to the zone and not to the connection that began it: one that stays open is there for everybody. So the connection
/// aborts what it began and did not commit.
class KnotConnection {
 public:
  using Receiver = std::function<void(const knot_ctl_data_t& data)>;

  static Result<std::unique_ptr<KnotConnection>> open(const std::string& path, Milliseconds timeout);
  ~KnotConnection();
  KnotConnection(const KnotConnection&) = delete;
  KnotConnection& operator=(const KnotConnection&) = delete;

  /// Says one command and waits for its answer. Never sent ahead of the last one's answer: were zone-begin refused, the
  /// changes behind it would go into the transaction of somebody else. Errors: `lab` with knotd's own words; `timeout`.
  Result<void> command(const KnotCommand& command, const Receiver& receive = {});
  /// Whether knotd answered the last command with an error of its own.
  [[nodiscard]] bool refused() const { return refused_; }

  Result<void> begin(const std::string& zone);
  Result<void> commit();

 private:
  struct Free {
    void operator()(knot_ctl_t* ctl) const { knot_ctl_free(ctl); }
  };
  KnotConnection(std::string path, Milliseconds timeout);
  void limit_next();
  std::unexpected<Error> broke(const KnotCommand& command, int code);

  std::unique_ptr<knot_ctl_t, Free> ctl_;
  std::string path_;
  Milliseconds timeout_;
  Deadline deadline_;
  std::string open_zone_;
  bool connected_ = false;
  bool refused_ = false;
};

}  // namespace labctl::dns
