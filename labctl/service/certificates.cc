#include "labctl/service/certificates.h"

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include "labctl/base/text.h"

namespace labctl::service {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

std::unexpected<Error> failed(std::string_view what) {
  return lab_error(fmt::format("can't {}: {}", what, ::ERR_error_string(::ERR_get_error(), nullptr)));
}

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free_all);
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

std::string pem_of(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()), &BIO_free_all);
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio.get());
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), &X509_EXTENSION_free);
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

/// An unsigned certificate with a random serial and the common fields.
Certificate draft(EVP_PKEY* key, const std::string& common_name, X509_NAME* issuer) {
  Certificate certificate(X509_new(), &X509_free);
  X509_set_version(certificate.get(), X509_VERSION_3);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> serial(BN_new(), &BN_free);
  // RFC 5280 section 4.1.2.2: positive, at most 20 octets.
  BN_rand(serial.get(), 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY);
  BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate.get()));
  // An hour early: a host whose clock is set back for a lesson still accepts it.
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 365L * 86400);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* name = X509_get_subject_name(certificate.get());
  // X.520 bounds a common name to 64 characters; the full name is in the alternative names.
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name.substr(0, 64).c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), issuer != nullptr ? issuer : name);
  return certificate;
}

}  // namespace

struct CertificateAuthority::Impl {
  Key key{nullptr, &EVP_PKEY_free};
  Certificate certificate{nullptr, &X509_free};
  std::string pem;
};

CertificateAuthority::CertificateAuthority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
CertificateAuthority::CertificateAuthority(CertificateAuthority&&) noexcept = default;
CertificateAuthority& CertificateAuthority::operator=(CertificateAuthority&&) noexcept = default;
CertificateAuthority::~CertificateAuthority() = default;

const std::string& CertificateAuthority::pem() const { return impl_->pem; }

Result<CertificateAuthority> CertificateAuthority::create(const std::string& name) {
  auto impl = std::make_unique<Impl>();
  impl->key = Key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  if (!impl->key) return failed("make the key of the lab's CA");
  impl->certificate = draft(impl->key.get(), name, nullptr);
  X509* certificate = impl->certificate.get();
  if (!add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(certificate, certificate, NID_subject_key_identifier, "hash") ||
      X509_sign(certificate, impl->key.get(), EVP_sha256()) == 0)
    return failed("make the certificate of the lab's CA");
  impl->pem = pem_of(certificate);
  return CertificateAuthority(std::move(impl));
}

Result<topology::HostCertificate> CertificateAuthority::issue(const std::vector<std::string>& alternative_names) const {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  if (!key || alternative_names.empty()) return failed("make a host's key");
  X509* issuer = impl_->certificate.get();
  const auto& first = alternative_names.front();
  const auto certificate = draft(key.get(), first.substr(first.find(':') + 1), X509_get_subject_name(issuer));
  if (!add_extension(certificate.get(), issuer, NID_subject_alt_name, join(alternative_names, ",")) ||
      !add_extension(certificate.get(), issuer, NID_ext_key_usage, "serverAuth,clientAuth") ||
      !add_extension(certificate.get(), issuer, NID_authority_key_identifier, "keyid") ||
      X509_sign(certificate.get(), impl_->key.get(), EVP_sha256()) == 0)
    return failed("make a host's certificate");
  return topology::HostCertificate{.key_pem = pem_of(key.get()), .chain_pem = pem_of(certificate.get())};
}

Result<topology::KeyPair> make_signing_key() {
  const Key key(EVP_RSA_gen(2048), &EVP_PKEY_free);
  if (!key) return failed("make a signing key");
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  if (size <= 0) return failed("write a public key");
  std::string base64(static_cast<std::size_t>((size + 2) / 3 * 4 + 1), '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), der, size);
  OPENSSL_free(der);
  base64.resize(static_cast<std::size_t>(length));
  return topology::KeyPair{.private_pem = pem_of(key.get()), .public_text = std::move(base64)};
}

}  // namespace labctl::service
