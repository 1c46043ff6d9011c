#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <string_view>

#include "labctl/base/clock.h"
#include "labctl/base/endpoint.h"

namespace labctl::mail {

/// Frees what libcurl allocates.
struct CurlFree {
  void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

/// A curl handle whose connections come from an Endpoint's network and go to its address, whatever name the URL has.
class CurlHandle {
 public:
  /// @param server_name stands in the URL and is what a certificate is checked against; empty: `server.address`, and
  /// the certificate isn't checked.
  /// @param timeout of one request, from its connection to its end.
  CurlHandle(const std::string& scheme, Endpoint server, const std::string& server_name, const std::string& ca_pem,
             bool require_tls, bool try_tls, Milliseconds timeout);

  ~CurlHandle();
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  CURL* get() { return curl_.get(); }
  /// "smtp://name:port/" + `path`, percent-encoded, + `parameters` becomes the next request's URL.
  void set_path(std::string_view path, std::string_view parameters = {});
  /// Text of a curl result code, with curl's own detail.
  [[nodiscard]] std::string error_text(CURLcode code) const;
  /// Address and port, for messages.
  [[nodiscard]] std::string place() const;

 private:
  static curl_socket_t open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int close_socket(void* self, curl_socket_t socket);

  Endpoint server_;
  curl_socket_t socket_ = CURL_SOCKET_BAD;  ///< of the connection that is open
  std::string base_url_;
  std::unique_ptr<CURL, CurlFree> curl_;
  std::unique_ptr<curl_slist, CurlFree> resolve_;
  std::string socket_error_;
  std::unique_ptr<char[]> error_;  ///< curl's error buffer
};

}  // namespace labctl::mail
