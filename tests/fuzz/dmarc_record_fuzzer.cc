#include "labctl/evaluate/dmarc.h"
#include "labctl/evaluate/zone_resolver.h"
#include "tests/fuzz/fuzz_target.h"
#include "tests/fuzz/txt_record.h"

// The record as both RFCs read it, and what it makes of a message that fails and of one that is aligned.
void fuzz(std::string_view text) {
  using namespace labctl;
  for (const auto rfc : {evaluate::DmarcRfc::rfc7489, evaluate::DmarcRfc::rfc9989}) {
    const auto record = evaluate::parse_dmarc_record(text, rfc);
    FUZZ_CHECK(record.percent >= 0 && record.percent <= 100);
    FUZZ_CHECK(record.psd == 'y' || record.psd == 'n' || record.psd == 'u');
    for (const auto& uri : record.rua) FUZZ_CHECK(evaluate::is_report_uri(uri));
    for (const auto& uri : record.ruf) FUZZ_CHECK(evaluate::is_report_uri(uri));
    for (const auto& problem : record.problems) FUZZ_CHECK(problem.column <= text.size() + 1);

    evaluate::ZoneResolver zone({{.apex = "example.",
                                  .records = {txt_record("_dmarc.d.example.", text),
                                              *dns::parse_record("d.example. 20 A 192.0.2.1", "example")}}});
    for (const bool aligned : {false, true}) {
      const auto outcome =
          evaluate::evaluate_dmarc(zone,
                                   {.from_domain = "d.example",
                                    .spf = aligned ? evaluate::SpfResult::pass : evaluate::SpfResult::fail,
                                    .spf_domain = "d.example",
                                    .dkim = {}},
                                   rfc);
      // RFC 7489 section 3.1.1: the same domain is aligned in both modes.
      if (aligned) FUZZ_CHECK(outcome.result != evaluate::DmarcResult::fail);
      if (outcome.result == evaluate::DmarcResult::pass || outcome.result == evaluate::DmarcResult::none)
        FUZZ_CHECK(outcome.disposition == evaluate::Policy::none);
      if (!evaluate::is_dmarc_record(text)) FUZZ_CHECK(outcome.result == evaluate::DmarcResult::none);
    }
  }
}
