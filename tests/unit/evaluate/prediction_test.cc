#include "labctl/evaluate/prediction.h"

#include <gtest/gtest.h>

#include "tests/fakes/map_resolver.h"

namespace labctl::evaluate {
namespace {

Message message(std::string mail_from, std::string from) {
  return {.client = {.address = *parse_ip("192.0.2.1"), .helo = "out.shop.com", .mail_from = std::move(mail_from)},
          .from = std::move(from),
          .dkim = {}};
}

constexpr std::string_view kShop =
    "shop.com TXT v=spf1 ip4:192.0.2.1 -all\n_dmarc.shop.com TXT v=DMARC1; p=reject\n"
    "out.shop.com TXT v=spf1 a -all\nout.shop.com A 192.0.2.1";

TEST(Prediction, JoinsSpfAndDmarc) {
  fakes::MapResolver dns(kShop);
  const auto prediction = predict(dns, message("user@shop.com", "user@shop.com"), true, true);
  EXPECT_EQ(name_of(prediction.helo.result), "pass");
  EXPECT_EQ(name_of(prediction.spf.result), "pass");
  EXPECT_EQ(name_of(prediction.by_7489->result), "pass");
  EXPECT_EQ(name_of(prediction.by_9989->result), "pass");
  EXPECT_TRUE(prediction.differences.empty());
}

TEST(Prediction, ANullReversePathIsJudgedByTheHelo) {
  fakes::MapResolver dns(kShop);
  const auto prediction = predict(dns, message("", "user@shop.com"), true, false);
  EXPECT_EQ(prediction.spf.domain, "out.shop.com");
  EXPECT_EQ(name_of(prediction.by_7489->result), "pass");
  EXPECT_FALSE(prediction.by_9989.has_value());
}

TEST(Prediction, AForgedFromFailsThoughSpfPasses) {
  fakes::MapResolver dns(kShop);
  dns.add("other.net TXT v=spf1 +all");
  const auto prediction = predict(dns, message("x@other.net", "user@shop.com"), false, true);
  EXPECT_EQ(name_of(prediction.spf.result), "pass");
  EXPECT_EQ(name_of(prediction.by_9989->result), "fail");
  EXPECT_EQ(prediction.by_9989->disposition, Policy::reject);
}

TEST(PredictionInput, ASignatureAndItsResult) {
  const auto signature = parse_signature("d=Shop.com., result=FAIL");
  ASSERT_TRUE(signature.has_value());
  EXPECT_EQ(signature->domain, "shop.com");
  EXPECT_EQ(signature->result, "fail");
  EXPECT_EQ(parse_signature("d=shop.com")->result, "pass");
  for (const char* bad :
       {"", "shop.com", "result=pass", "d=,result=pass", "d=a b,result=pass", "d=a.b,result=maybe", "x=y"})
    EXPECT_EQ(parse_signature(bad).error().kind, ErrorKind::usage) << bad;
  EXPECT_EQ(parse_signature("d=a.b,result=pas").error().hint, "did you mean pass?");
}

TEST(PredictionInput, AnAddress) {
  EXPECT_TRUE(check_address("user@shop.com", "--from").has_value());
  EXPECT_TRUE(check_address("\"a user, or two\"@shop.com", "--from").has_value());
  for (const char* bad : {"", "user", "@shop.com", "user@", "user@a..b", "user@sh op.com", "a@shop.com, b@shop.com",
                          "Shop <user@shop.com", "a user@shop.com", "\"@shop.com"})
    EXPECT_FALSE(check_address(bad, "--from").has_value()) << bad;
}

}  // namespace
}  // namespace labctl::evaluate
