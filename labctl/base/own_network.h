#pragma once

#include <sys/socket.h>

#include <cerrno>

#include "labctl/base/endpoint.h"

namespace labctl {

/// Sockets of the network that the program itself is in.
class OwnNetwork final : public SocketSource {
 public:
  Result<FileDescriptor> open(int family, int type) override {
    FileDescriptor fd(::socket(family, type | SOCK_CLOEXEC, 0));
    if (!fd) return system_error("can't make a socket", errno);
    return fd;
  }
};

}  // namespace labctl
