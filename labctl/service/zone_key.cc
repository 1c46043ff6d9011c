#include "labctl/service/zone_key.h"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "labctl/base/text.h"

namespace labctl::service {
namespace {

using ZonePrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Octets = std::vector<std::uint8_t>;

constexpr std::size_t kPointSize = 65;  // 0x04, x, y
constexpr int kEcdsaP256Sha256 = 13;    // RFC 6605 section 4
constexpr int kDigestSha256 = 2;        // RFC 4509 section 2.1

/// RFC 4034 section 2.1: flags ZONE and SEP, protocol 3, algorithm, public key.
Octets dnskey_rdata(const Octets& point) {
  Octets rdata{0x01, 0x01, 3, kEcdsaP256Sha256};
  // RFC 6605 section 4: the coordinates, without the octet that says so.
  rdata.insert(rdata.end(), point.begin() + 1, point.end());
  return rdata;
}

/// RFC 4034 appendix B.
unsigned key_tag(const Octets& rdata) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < rdata.size(); ++i) sum += i % 2 == 0 ? rdata[i] << 8U : rdata[i];
  return (sum + (sum >> 16U)) & 0xFFFFU;
}

/// The name as it goes over the wire, in lower case (RFC 4034 section 6.2).
Octets wire_name(std::string_view zone) {
  Octets wire;
  if (zone != ".")
    for (const auto& label : split(to_lower(zone), '.')) {
      wire.push_back(static_cast<std::uint8_t>(label.size()));
      wire.insert(wire.end(), label.begin(), label.end());
    }
  wire.push_back(0);
  return wire;
}

Result<std::string> pem_of_zone_key(EVP_PKEY* key) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new(BIO_s_mem()), &BIO_free);
  if (!bio || PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return lab_error("can't write a zone's key");
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

std::string base64_of(const std::uint8_t* octets, std::size_t size) {
  std::string text((size + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace

Result<topology::ZoneKey> make_zone_key(std::string_view zone) {
  const ZonePrivateKey key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  Octets point(kPointSize);
  std::size_t size = 0;
  if (!key || EVP_PKEY_get_octet_string_param(key.get(), "pub", point.data(), point.size(), &size) != 1 ||
      size != kPointSize)
    return lab_error("can't make a zone's key");
  const auto rdata = dnskey_rdata(point);
  // RFC 4034 section 5.1.4
  Octets signed_octets = wire_name(zone);
  signed_octets.insert(signed_octets.end(), rdata.begin(), rdata.end());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(signed_octets.data(), signed_octets.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    return lab_error("can't make the digest of a zone's key");
  std::string hex;
  for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  topology::ZoneKey made;
  LABCTL_ASSIGN(made.private_pem, pem_of_zone_key(key.get()));
  made.dnskey = fmt::format("257 3 {} {}", kEcdsaP256Sha256, base64_of(rdata.data() + 4, rdata.size() - 4));
  made.ds = fmt::format("{} {} {} {}", key_tag(rdata), kEcdsaP256Sha256, kDigestSha256, hex);
  return made;
}

}  // namespace labctl::service
