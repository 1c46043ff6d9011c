#include "labctl/evaluate/spf.h"
#include "labctl/evaluate/zone_resolver.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/txt_record.h"

// The record as its parser reads it, and as check_host() judges it for a domain whose zone has nothing else but what
// most terms look for.
void fuzz(std::string_view text) {
  using namespace labctl;
  const auto record = evaluate::parse_spf_record(text);
  for (const auto& directive : record.directives) {
    FUZZ_CHECK(directive.prefix4 >= 0 && directive.prefix4 <= 32);
    FUZZ_CHECK(directive.prefix6 >= 0 && directive.prefix6 <= 128);
    FUZZ_CHECK(directive.column >= 1 && text.substr(directive.column - 1, directive.text.size()) == directive.text);
  }
  for (const auto& problem : record.problems) FUZZ_CHECK(problem.column >= 1 && problem.column <= text.size() + 1);
  for (const auto& problem : record.problems) FUZZ_CHECK(!problem.message.empty() && !problem.source.empty());

  evaluate::ZoneResolver zone({{.apex = "d.example.",
                                .records = {txt_record("d.example.", text), txt_record("*.d.example.", text),
                                            *dns::parse_record("d.example. 20 A 192.0.2.1", "d.example"),
                                            *dns::parse_record("d.example. 20 MX 10 d.example.", "d.example")}}});
  for (const char* address : {"192.0.2.1", "2001:db8::1"}) {
    const auto outcome = evaluate::check_mail_from(
        zone, {.address = *evaluate::parse_ip(address), .helo = "h.d.example", .mail_from = "u@d.example"});
    if (!evaluate::is_spf_record(text)) {
      FUZZ_CHECK(outcome.result == evaluate::SpfResult::none);
    } else {
      // RFC 7208 section 4.6: a record with any error in its syntax is a permerror, whatever matches before it.
      FUZZ_CHECK(record.problems.empty() || outcome.result == evaluate::SpfResult::permerror);
      FUZZ_CHECK(outcome.result != evaluate::SpfResult::none && outcome.result != evaluate::SpfResult::temperror);
    }
    FUZZ_CHECK(outcome.lookups <= 11);  // the eleventh is the one too many (RFC 7208 section 4.6.4)
    FUZZ_CHECK(outcome.void_lookups <= 3);
  }
}
