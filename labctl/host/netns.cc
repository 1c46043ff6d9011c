#include "labctl/host/netns.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/socket.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

namespace labctl::host {
namespace {

/// A network namespace belongs to a thread, so that each source keeps one thread that stays inside.
class NetnsSockets final : public SocketSource {
 public:
  explicit NetnsSockets(std::string name) : name_(std::move(name)) {}

  Result<FileDescriptor> open(int family, int type) override {
    std::promise<Result<FileDescriptor>> promise;
    auto future = promise.get_future();
    {
      const std::scoped_lock lock(mutex_);
      if (!thread_.joinable()) thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
      wanted_.push_back({family, type, &promise});
    }
    wake_.notify_one();
    return future.get();
  }

 private:
  struct Wanted {
    int family;
    int type;
    std::promise<Result<FileDescriptor>>* promise;
  };

  void serve(const std::stop_token& stop) {
    const FileDescriptor netns(::open(fmt::format("/run/netns/{}", name_).c_str(), O_RDONLY | O_CLOEXEC));
    const int entered = netns ? ::setns(netns.get(), CLONE_NEWNET) : -1;
    const int code = errno;
    while (true) {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, stop, [this] { return !wanted_.empty(); })) return;
      const Wanted wanted = wanted_.front();
      wanted_.pop_front();
      lock.unlock();
      if (entered != 0) {
        wanted.promise->set_value(
            system_error("can't enter the network namespace of the lab", code, name_, "labctl up makes it anew"));
        continue;
      }
      FileDescriptor fd(::socket(wanted.family, wanted.type | SOCK_CLOEXEC, 0));
      if (fd)
        wanted.promise->set_value(std::move(fd));
      else
        wanted.promise->set_value(system_error("can't make a socket", errno, name_));
    }
  }

  std::string name_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Wanted> wanted_;
  std::jthread thread_;  // last: stopped and joined before the rest goes
};

}  // namespace

std::shared_ptr<SocketSource> sockets_in(const std::string& name) { return std::make_shared<NetnsSockets>(name); }

}  // namespace labctl::host
