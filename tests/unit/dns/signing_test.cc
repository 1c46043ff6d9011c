#include "labctl/dns/signing.h"

#include <gtest/gtest.h>

#include "labctl/dns/zone_text.h"

namespace labctl::dns {
namespace {

TEST(SigningRecords, WhatTheServerMakesIsLeftOut) {
  auto records = parse_zone_text(
      "$ORIGIN m001.example.\n$TTL 20\n"
      "@ SOA ns hostmaster 1 1 1 1 1\n@ NS ns\nns A 198.18.1.11\n"
      "@ DNSKEY 257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==\n"
      "@ NSEC ns NS SOA RRSIG NSEC DNSKEY\n"
      "@ NSEC3PARAM 1 0 0 -\n"
      "@ CDNSKEY 257 3 13 "
      "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==\n"
      "2t7b4g4vsa5smi47k61mv5bv1a22bojr NSEC3 1 0 0 - 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG\n"
      "@ CDS 55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17\n"
      "ns RRSIG A 13 3 20 20261213123117 20261129110117 62088 m001.example. "
      "zRxDqEwdJXBcmatX8+Cokwi0KNL9KKgH0nDx3cldPmrT\n"
      "below DS 55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17\n"
      "below DNSKEY 257 3 13 "
      "GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA==\n",
      "m001.example", "my.zone");
  ASSERT_TRUE(records.has_value()) << render(records.error());
  drop_signing_records(*records, "m001.example");
  std::string kept;
  for (const auto& record : *records) kept += record.owner + " " + record.type + "\n";
  EXPECT_EQ(kept,
            "m001.example. SOA\nm001.example. NS\nns.m001.example. A\nbelow.m001.example. DS\n"
            "below.m001.example. DNSKEY\n");
}

}  // namespace
}  // namespace labctl::dns
