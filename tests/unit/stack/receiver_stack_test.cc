#include "labctl/stack/receiver_stack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "labctl/mail/dialect.h"
#include "labctl/service/service.h"
#include "labctl/stack/roles.h"

namespace labctl::stack {
namespace {

TEST(ReceiverStack, EveryKindHasItsRowAndEveryNameInItMeansSomething) {
  EXPECT_EQ(receiver_stacks().size(), topology::kReceiverKinds.size());
  for (const auto& [stack, profile] : topology::kReceiverKinds) {
    const topology::HostSpec host{.receiver = {std::string(stack), std::string(profile)}};
    const auto* row = stack_of(host);
    ASSERT_NE(row, nullptr) << stack << "/" << profile;
    EXPECT_NE(mail::find_dialect(row->dialect), nullptr) << row->dialect;
    for (const auto service : row->services) EXPECT_NE(service::find_service(service), nullptr) << service;
  }
  EXPECT_EQ(stack_of({.name = "sender.m001"}), nullptr);
}

TEST(ReceiverStack, TheServicesOfAReceiverAreItsStacks) {
  const auto lab = topology::make_topology(
      {.participants = 2, .receivers = {{"m001", {"opendmarc", ""}}, {"m002", {"rspamd", "mailcow"}}}});
  ASSERT_TRUE(lab.has_value());
  EXPECT_THAT(services_of(*lab->find_host("receiver.m001")),
              testing::AllOf(testing::Contains("opendmarc"), testing::Contains("postfix-mx-milters"),
                             testing::Not(testing::Contains("rspamd-mailcow"))));
  EXPECT_THAT(services_of(*lab->find_host("receiver.m002")),
              testing::AllOf(testing::Contains("redis"), testing::Contains("rspamd-mailcow")));
}

}  // namespace
}  // namespace labctl::stack
