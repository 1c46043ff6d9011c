#include <string>

#include "labctl/mail/address.h"
#include "labctl/mail/dialect.h"
#include "labctl/mail/message.h"
#include "labctl/mail/trust.h"
#include "tests/fuzz/fuzz_target.h"

void fuzz(std::string_view text) {
  using namespace labctl::mail;
  const auto message = Message::parse(text);
  // What was written once is written the same again.
  const std::string written = message.to_string();
  const auto again = Message::parse(written);
  FUZZ_CHECK(again.fields().size() == message.fields().size());
  FUZZ_CHECK(again.to_string() == written);
  const auto results = trusted_results(message, "receiver.example");
  FUZZ_CHECK(results.trusted.size() + results.foreign.size() == message.all("Authentication-Results").size());
  FUZZ_CHECK(results.trusted.empty() || message.first("Received") != nullptr);
  for (const auto& dialect : dialects()) static_cast<void>(dialect.cause(message));
  if (const auto* from = message.first("From")) {
    const auto address = first_address(from->value());
    FUZZ_CHECK(!address || address->find('@') != std::string::npos);
  }
}
