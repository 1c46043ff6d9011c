#include "labctl/topology/receiver_kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labctl/topology/topology.h"

namespace labctl::topology {
namespace {

ReceiverKind kind_of(const ReceiverKind& wanted, const ReceiverKind& usual = {"rspamd", "policy"}) {
  const auto kind = receiver_kind(wanted, usual);
  EXPECT_TRUE(kind.has_value()) << render(kind.error());
  return kind.value_or(ReceiverKind{});
}

TEST(ReceiverKind, WhatIsLeftOutIsUsual) {
  EXPECT_EQ(kind_of({}), (ReceiverKind{"rspamd", "policy"}));
  EXPECT_EQ(kind_of({"", "mailcow"}), (ReceiverKind{"rspamd", "mailcow"}));
  EXPECT_EQ(kind_of({"opendmarc", ""}), (ReceiverKind{"opendmarc", "policy"}));
  EXPECT_EQ(kind_of({}, {"rspamd", "mailcow"}), (ReceiverKind{"rspamd", "mailcow"}));
  // mailcow's weights are Rspamd's.
  EXPECT_EQ(kind_of({"opendmarc", ""}, {"rspamd", "mailcow"}), (ReceiverKind{"opendmarc", "policy"}));
}

TEST(ReceiverKind, AnUnknownNameHasTheNearestForAHint) {
  const auto stack = receiver_kind({"opendmark", ""});
  ASSERT_FALSE(stack.has_value());
  EXPECT_THAT(render(stack.error()), testing::HasSubstr("did you mean 'opendmarc'?"));
  const auto profile = receiver_kind({"opendmarc", "mailcow"});
  ASSERT_FALSE(profile.has_value());
  EXPECT_THAT(render(profile.error()), testing::HasSubstr("no profile of stack opendmarc 'mailcow'"));
}

TEST(ReceiverKind, BelongsToAReceiver) {
  const auto lab =
      make_topology({.participants = 3, .receiver = {"opendmarc", ""}, .receivers = {{"m002", {"rspamd", "mailcow"}}}});
  ASSERT_TRUE(lab.has_value());
  EXPECT_EQ(lab->find_host("receiver.m001")->receiver, (ReceiverKind{"opendmarc", "policy"}));
  EXPECT_EQ(lab->find_host("receiver.m002")->receiver, (ReceiverKind{"rspamd", "mailcow"}));
  EXPECT_EQ(lab->find_host("sender.m001")->receiver, ReceiverKind{});
  EXPECT_FALSE(make_topology({.participants = 1, .receivers = {{"m002", {}}}}).has_value());
}

}  // namespace
}  // namespace labctl::topology
