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

constexpr std::size_t kCoordinates = 64;
constexpr int kEcdsaP256Sha256 = 13;  // RFC 6605 section 4
constexpr int kDigestSha256 = 2;      // RFC 4509 section 2.1

/// The octets that "257 3 13 GojI…" stands for; nothing for what is no such key.
Octets dnskey_octets(std::string_view rdata) {
  const std::string prefix = fmt::format("257 3 {} ", kEcdsaP256Sha256);
  if (!rdata.starts_with(prefix)) return {};
  rdata.remove_prefix(prefix.size());
  Octets key(rdata.size() / 4 * 3);
  const int length =
      EVP_DecodeBlock(key.data(), reinterpret_cast<const unsigned char*>(rdata.data()), static_cast<int>(rdata.size()));
  // RFC 6605 section 4: two coordinates of 32 octets; what fills up the last four letters counts as octets to OpenSSL.
  if (length < static_cast<int>(kCoordinates)) return {};
  key.resize(kCoordinates);
  Octets octets{0x01, 0x01, 3, kEcdsaP256Sha256};
  octets.insert(octets.end(), key.begin(), key.end());
  return octets;
}

/// RFC 4034 section 5.1.1: the key tag, as its appendix B has it.
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
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), octets, static_cast<int>(size));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

}  // namespace

Result<std::string> ds_of(std::string_view zone, std::string_view dnskey) {
  const auto rdata = dnskey_octets(dnskey);
  if (rdata.empty()) return lab_error("no key of a signed zone", printable(dnskey));
  // RFC 4034 section 5.1.4
  Octets digested = wire_name(zone);
  digested.insert(digested.end(), rdata.begin(), rdata.end());
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (EVP_Digest(digested.data(), digested.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
    return lab_error("can't make the digest of a zone's key");
  std::string hex;
  for (unsigned i = 0; i < length; ++i) hex += fmt::format("{:02x}", digest[i]);
  return fmt::format("{} {} {} {}", key_tag(rdata), kEcdsaP256Sha256, kDigestSha256, hex);
}

Result<topology::ZoneKey> make_zone_key(std::string_view zone) {
  const ZonePrivateKey key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  Octets point(1 + kCoordinates);  // 0x04 stands before them
  std::size_t size = 0;
  if (!key || EVP_PKEY_get_octet_string_param(key.get(), "pub", point.data(), point.size(), &size) != 1 ||
      size != point.size())
    return lab_error("can't make a zone's key");
  topology::ZoneKey made;
  LABCTL_ASSIGN(made.private_pem, pem_of_zone_key(key.get()));
  made.dnskey = fmt::format("257 3 {} {}", kEcdsaP256Sha256, base64_of(point.data() + 1, kCoordinates));
  LABCTL_ASSIGN(made.ds, ds_of(zone, made.dnskey));
  return made;
}

}  // namespace labctl::service
