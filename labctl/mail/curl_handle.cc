#include "labctl/mail/curl_handle.h"

#include <fmt/format.h>

#include <mutex>

namespace labctl::mail {

CurlHandle::CurlHandle(const std::string& scheme, Endpoint server, const std::string& server_name, const std::string& ca_pem,
                       bool require_tls, bool try_tls, Milliseconds timeout)
    : server_(std::move(server)), error_(std::make_unique<char[]>(CURL_ERROR_SIZE)) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  curl_.reset(curl_easy_init());
  CURL* curl = curl_.get();
  const std::string name = server_name.empty() ? server_.address : server_name;
  base_url_ = fmt::format("{}://{}:{}/", scheme, name, server_.port);
  if (!server_name.empty()) {
    // The name is never looked up: the lab's own address book knows better than this machine's resolver.
    resolve_.reset(curl_slist_append(nullptr, fmt::format("{}:{}:{}", name, server_.port, server_.address).c_str()));
    curl_easy_setopt(curl, CURLOPT_RESOLVE, resolve_.get());
  }
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, error_.get());
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(timeout.count()));
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, &CurlHandle::open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(curl, CURLOPT_USE_SSL,
                   static_cast<long>(require_tls ? CURLUSESSL_ALL : try_tls ? CURLUSESSL_TRY : CURLUSESSL_NONE));
  if (!ca_pem.empty() && !server_name.empty()) {
    curl_blob blob{const_cast<char*>(ca_pem.data()), ca_pem.size(), CURL_BLOB_COPY};
    curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
  } else {
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
  }
}

void CurlHandle::set_path(const std::string& path) { curl_easy_setopt(curl_.get(), CURLOPT_URL, (base_url_ + path).c_str()); }

std::string CurlHandle::error_text(CURLcode code) const {
  if (!socket_error_.empty()) return socket_error_;
  return error_[0] != '\0' ? error_.get() : curl_easy_strerror(code);
}

std::string CurlHandle::place() const { return fmt::format("{}:{}", server_.address, server_.port); }

curl_socket_t CurlHandle::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  auto* handle = static_cast<CurlHandle*>(self);
  auto fd = handle->server_.from->open(address->family, address->socktype);
  if (!fd) {
    handle->socket_error_ = render(fd.error());
    return CURL_SOCKET_BAD;
  }
  return fd->release();
}

}  // namespace labctl::mail
