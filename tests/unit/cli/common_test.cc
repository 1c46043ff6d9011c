#include "labctl/cli/common.h"

#include <gtest/gtest.h>

#include "labctl/topology/topology.h"

namespace labctl::cli {
namespace {

using Ids = std::vector<std::string>;

topology::Topology lab_of_three() { return *topology::make_topology({.lab = "class", .participants = 3}); }

TEST(Participants, NoneNamedMeansAll) {
  EXPECT_EQ(participants_of(lab_of_three(), "").value(), (Ids{"m001", "m002", "m003"}));
}

TEST(Participants, AreTakenInTheOrderGiven) {
  EXPECT_EQ(participants_of(lab_of_three(), "m003, m001").value(), (Ids{"m003", "m001"}));
}

TEST(Participants, AnUnknownOneIsRefusedWithTheNearest) {
  const auto wanted = participants_of(lab_of_three(), "m001,m0O2");
  ASSERT_FALSE(wanted.has_value());
  EXPECT_EQ(wanted.error().kind, ErrorKind::usage);
  EXPECT_EQ(wanted.error().message, "lab 'class' has no participant 'm0O2'");
  EXPECT_EQ(wanted.error().hint, "did you mean m002?");
}

TEST(Participants, OneThatIsLikeNoneIsToldTheRange) {
  for (const char* list : {"everybody", "m001,,m002"}) {
    const auto wanted = participants_of(lab_of_three(), list);
    ASSERT_FALSE(wanted.has_value()) << list;
    EXPECT_EQ(wanted.error().kind, ErrorKind::usage);
  }
  EXPECT_EQ(participants_of(lab_of_three(), "everybody").error().hint, "it has m001 to m003");
}

}  // namespace
}  // namespace labctl::cli
