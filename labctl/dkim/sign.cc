#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>

#include "labctl/base/base64.h"
#include "labctl/base/text.h"
#include "labctl/dkim/signature.h"

namespace labctl::dkim {
namespace {

struct SslFree {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Key = std::unique_ptr<EVP_PKEY, SslFree>;

Result<Key> read_key(std::string_view pem) {
  const std::unique_ptr<BIO, SslFree> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  const int kind = key ? EVP_PKEY_base_id(key.get()) : EVP_PKEY_NONE;
  if (kind != EVP_PKEY_RSA && kind != EVP_PKEY_ED25519)
    return usage_error("this is no private key of RSA or Ed25519", {}, "openssl genpkey makes one");
  return key;
}

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

Result<std::string> signed_bytes(EVP_PKEY* key, std::string_view text) {
  const bool ed25519 = EVP_PKEY_base_id(key) == EVP_PKEY_ED25519;
  // RFC 8463 section 3: Ed25519 signs the SHA-256 of the data.
  const std::string input = ed25519 ? sha256(text) : std::string(text);
  const std::unique_ptr<EVP_MD_CTX, SslFree> context(EVP_MD_CTX_new());
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(input.data());
  if (EVP_DigestSignInit(context.get(), nullptr, ed25519 ? nullptr : EVP_sha256(), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes, input.size()) != 1)
    return lab_error("OpenSSL can't sign with this key");
  std::string made(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()), &size, bytes, input.size()) != 1)
    return lab_error("OpenSSL can't sign with this key");
  made.resize(size);
  return made;
}

/// RFC 6376 section 5.4.2: instances of a name are taken from the bottom up; one that is not there adds nothing.
std::string header_input(const mail::Message& message, const SignatureOrder& order) {
  std::string input;
  std::vector<std::string> taken;
  for (const auto& name : order.headers) {
    const auto all = message.all(name);
    const auto before = static_cast<std::size_t>(std::ranges::count(taken, to_lower(name)));
    taken.push_back(to_lower(name));
    if (before < all.size()) input += canonical_field(*all[all.size() - 1 - before], order.header) + "\r\n";
  }
  return input;
}

std::string_view word_of(Canonicalization how) { return how == Canonicalization::simple ? "simple" : "relaxed"; }

}  // namespace

Result<std::string> sign(const mail::Message& message, const SignatureOrder& order, std::string_view key_pem) {
  LABCTL_ASSIGN(const auto key, read_key(key_pem));
  // As it goes over the wire: with CRLF.
  const std::string wire = message.to_string();
  const std::string body = canonical_body(std::string_view(wire).substr(wire.find("\r\n\r\n") + 4), order.body);
  std::string tags = fmt::format("v=1; a={}; c={}/{}; d={}; s={};",
                                 EVP_PKEY_base_id(key.get()) == EVP_PKEY_ED25519 ? "ed25519-sha256" : "rsa-sha256",
                                 word_of(order.header), word_of(order.body), order.domain, order.selector);
  if (!order.identity.empty()) tags += fmt::format(" i={};", order.identity);
  if (order.made) tags += fmt::format(" t={};", *order.made);
  if (order.ends) tags += fmt::format(" x={};", *order.ends);
  if (order.length) tags += fmt::format(" l={};", body.size());
  tags += fmt::format(" h={}; bh={}; b=", join(order.headers, ":"), to_base64(sha256(body)));
  const std::string input =
      header_input(message, order) + canonical_field({"DKIM-Signature", " " + tags}, order.header);
  LABCTL_ASSIGN(const auto made, signed_bytes(key.get(), input));
  return tags + to_base64(made);
}

Result<std::string> public_half(std::string_view key_pem) {
  LABCTL_ASSIGN(const auto key, read_key(key_pem));
  if (EVP_PKEY_base_id(key.get()) == EVP_PKEY_ED25519) {
    std::string raw(32, '\0');
    std::size_t size = raw.size();
    EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(raw.data()), &size);
    return to_base64(raw);
  }
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(key.get(), &der);
  if (size <= 0) return lab_error("OpenSSL can't write the public half of this key");
  std::string text(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return to_base64(text);
}

}  // namespace labctl::dkim
