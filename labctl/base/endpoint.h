#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "labctl/base/error.h"
#include "labctl/base/file_descriptor.h"

namespace labctl {

/// Makes unconnected sockets in some network; who opens the socket is the client that a server sees.
class SocketSource {
 public:
  virtual ~SocketSource() = default;
  /// @param family AF_INET …; @param type SOCK_STREAM or SOCK_DGRAM. The socket is close-on-exec. Safe to call from
  /// several threads at once.
  virtual Result<FileDescriptor> open(int family, int type) = 0;
};

/// A TCP or UDP service, and the network that it is reached from.
struct Endpoint {
  std::shared_ptr<SocketSource> from;
  std::string address;  ///< IPv4 or IPv6 literal
  std::uint16_t port = 0;
};

}  // namespace labctl
