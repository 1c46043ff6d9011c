#include "labctl/lint/dkim_key.h"

#include <gtest/gtest.h>

#include <string>

namespace labctl::lint {
namespace {

using namespace std::string_literals;

std::string element(char tag, const std::string& content) {
  std::string head(1, tag);
  if (content.size() < 128) return head + static_cast<char>(content.size()) + content;
  return head + '\x82' + static_cast<char>(content.size() >> 8U) + static_cast<char>(content.size() & 0xffU) + content;
}

std::string key(std::size_t octets, char first) {
  const std::string modulus = "\0"s + first + std::string(octets - 1, 'x');
  return element('\x30', element('\x02', modulus) + element('\x02', "\x01\x00\x01"s));
}

std::string info(const std::string& bare) {
  const auto algorithm = element('\x30', element('\x06', "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"s) + "\x05\x00"s);
  return element('\x30', algorithm + element('\x03', "\0"s + bare));
}

TEST(RsaBits, CountsTheModulus) {
  EXPECT_EQ(rsa_bits(info(key(256, '\x80'))), 2048U);
  EXPECT_EQ(rsa_bits(key(256, '\xff')), 2048U);
  EXPECT_EQ(rsa_bits(info(key(128, '\x40'))), 1023U);
  EXPECT_EQ(rsa_bits(info(key(64, '\x01'))), 505U);
}

TEST(RsaBits, WhatIsCutOrOddIsNoKey) {
  const auto whole = info(key(256, '\x80'));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(rsa_bits(std::string_view(whole).substr(0, size)), std::nullopt) << size;
  EXPECT_EQ(rsa_bits(whole + "x"), std::nullopt);
  EXPECT_EQ(rsa_bits("\x30\x80"s), std::nullopt);
  EXPECT_EQ(rsa_bits("\x30\x84\xff\xff\xff\xff"s), std::nullopt);
  auto other = whole;
  other[other.find('\x2a')] = '\x2b';
  EXPECT_EQ(rsa_bits(other), std::nullopt);
}

}  // namespace
}  // namespace labctl::lint
