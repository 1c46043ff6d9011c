#include "labctl/mail/rspamd_pre_result.h"

#include <gtest/gtest.h>

#include <string>

namespace labctl::mail {
namespace {

TEST(RspamdPreResultField, ActionModuleAndMessage) {
  const auto result = parse_rspamd_pre_result(" action=add header;\n\tmodule=dmarc;\n\tAction set by DMARC; really");
  EXPECT_EQ(result.action, "add header");
  EXPECT_EQ(result.module, "dmarc");
  EXPECT_EQ(result.message, "Action set by DMARC; really");
  EXPECT_TRUE(result.defects.empty());
}

TEST(RspamdPreResultField, TheMessageCannotNameAnotherModule) {
  const auto result = parse_rspamd_pre_result("action=reject; module=greylist; module=dmarc; action=no action");
  EXPECT_EQ(result.action, "reject");
  EXPECT_EQ(result.module, "greylist");
}

TEST(RspamdPreResultField, WhatLacksIsADefect) {
  EXPECT_EQ(parse_rspamd_pre_result("").defects.size(), 2U);
  const auto result = parse_rspamd_pre_result("action=reject; Action set by DMARC");
  EXPECT_EQ(result.action, "reject");
  EXPECT_EQ(result.module, "");
  ASSERT_EQ(result.defects.size(), 1U);
  EXPECT_EQ(result.defects[0].position, 14U);
  EXPECT_EQ(result.message, "Action set by DMARC");
  EXPECT_EQ(parse_rspamd_pre_result("module=dmarc").module, "dmarc");
}

}  // namespace
}  // namespace labctl::mail
