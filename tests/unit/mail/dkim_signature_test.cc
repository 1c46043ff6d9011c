#include "labctl/mail/dkim_signature.h"

#include <gtest/gtest.h>

namespace labctl::mail {
namespace {

// RFC 6376 section 3.5
TEST(DkimSignature, TagsAreFoundInAnyOrderAndFolded) {
  const auto signature =
      parse_dkim_signature(" v=1; a=rsa-sha256;\n\tt = 1700000000; d=Example.COM ;\n s=sel; bh=x=; b=t=1;");
  EXPECT_EQ(signature.domain, "example.com");
  EXPECT_EQ(signature.selector, "sel");
  EXPECT_EQ(signature.signed_at, 1700000000);
}

TEST(DkimSignature, WhatIsNotThereIsEmpty) {
  const auto signature = parse_dkim_signature("v=1; t=soon; x");
  EXPECT_EQ(signature.domain, "");
  EXPECT_FALSE(signature.signed_at.has_value());
  EXPECT_FALSE(parse_dkim_signature("").signed_at.has_value());
}

}  // namespace
}  // namespace labctl::mail
