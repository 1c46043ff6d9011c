#pragma once

#include <memory>
#include <string>
#include <vector>

#include "labctl/base/error.h"
#include "labctl/topology/credentials.h"

namespace labctl::service {

/// A certification authority that lives as long as one `up`: its private key is never written down.
class CertificateAuthority {
 public:
  /// @param name common name, shown to who looks at a certificate.
  static Result<CertificateAuthority> create(const std::string& name);
  CertificateAuthority(CertificateAuthority&&) noexcept;
  CertificateAuthority& operator=(CertificateAuthority&&) noexcept;
  ~CertificateAuthority();

  [[nodiscard]] const std::string& pem() const;
  /// A P-256 key and its certificate, valid for a year from an hour ago.
  /// @param alternative_names RFC 5280 section 4.2.1.6 in OpenSSL's words: "DNS:name", "IP:address"; the first names
  /// the subject.
  [[nodiscard]] Result<topology::HostCertificate> issue(const std::vector<std::string>& alternative_names) const;

 private:
  struct Impl;
  explicit CertificateAuthority(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// RSA of 2048 bits as DKIM and ARC sign with it: PEM, and the base64 SubjectPublicKeyInfo (RFC 6376 section 3.6.1).
Result<topology::KeyPair> make_signing_key();

}  // namespace labctl::service
