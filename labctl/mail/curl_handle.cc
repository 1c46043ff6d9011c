#include "labctl/mail/curl_handle.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <mutex>

namespace labctl::mail {
namespace {

/// An IPv6 literal as a URL has it (RFC 3986 section 3.2.2).
std::string bracketed(const std::string& address) {
  return address.find(':') == std::string::npos ? address : fmt::format("[{}]", address);
}

}  // namespace

CurlHandle::CurlHandle(const std::string& scheme, Endpoint server, const std::string& server_name,
                       const std::string& ca_pem, bool require_tls, bool try_tls, Milliseconds timeout)
    : server_(std::move(server)), error_(std::make_unique<char[]>(CURL_ERROR_SIZE)) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  curl_.reset(curl_easy_init());
  CURL* curl = curl_.get();
  const std::string name = server_name.empty() ? bracketed(server_.address) : server_name;
  base_url_ = fmt::format("{}://{}:{}/", scheme, name, server_.port);
  if (!server_name.empty()) {
    // The name is never looked up: the lab's own address book knows better than this machine's resolver.
    resolve_.reset(
        curl_slist_append(nullptr, fmt::format("{}:{}:{}", name, server_.port, bracketed(server_.address)).c_str()));
    curl_easy_setopt(curl, CURLOPT_RESOLVE, resolve_.get());
  }
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_.get());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count()));
  // In seconds; the only bound of the farewell (QUIT), to which the request's own timeout doesn't apply.
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
                   static_cast<long>(std::chrono::ceil<std::chrono::seconds>(timeout).count()));
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &CurlHandle::open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION, &CurlHandle::close_socket);
  curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, this);
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   static_cast<long>(require_tls ? CURLUSESSL_ALL
                                     : try_tls   ? CURLUSESSL_TRY
                                                 : CURLUSESSL_NONE));
  if (server_name.empty()) {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  } else {
    curl_blob blob{const_cast<char*>(ca_pem.data()), ca_pem.size(), CURL_BLOB_COPY};
    if (!ca_pem.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
  }
}

CurlHandle::~CurlHandle() {
  // curl would say LOGOUT to a connection that it kept, and wait two minutes for a server that hangs.
  if (socket_ != CURL_SOCKET_BAD) ::shutdown(socket_, SHUT_RDWR);
}

void CurlHandle::set_path(std::string_view path, std::string_view parameters) {
  std::string encoded;
  if (char* escaped =
          path.empty() ? nullptr : curl_easy_escape(curl_.get(), path.data(), static_cast<int>(path.size()))) {
    encoded = escaped;
    curl_free(escaped);
  }
  curl_easy_setopt(curl_.get(), CURLOPT_URL, fmt::format("{}{}{}", base_url_, encoded, parameters).c_str());
}

std::string CurlHandle::error_text(CURLcode code) const {
  if (!socket_error_.empty()) return socket_error_;
  return error_[0] != '\0' ? error_.get() : curl_easy_strerror(code);
}

std::string CurlHandle::place() const { return fmt::format("{}:{}", server_.address, server_.port); }

curl_socket_t CurlHandle::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto* handle = static_cast<CurlHandle*>(self);
  handle->socket_error_.clear();
  auto fd = handle->server_.from->open(address->family, address->socktype);
  if (!fd) {
    handle->socket_error_ = render(fd.error());
    return CURL_SOCKET_BAD;
  }
  handle->socket_ = fd->release();
  return handle->socket_;
}

int CurlHandle::close_socket(void* self, curl_socket_t socket) {
  auto* handle = static_cast<CurlHandle*>(self);
  if (handle->socket_ == socket) handle->socket_ = CURL_SOCKET_BAD;
  return ::close(socket);
}

}  // namespace labctl::mail
