#include <algorithm>
#include <array>

#include "labctl/scenario/expectations/rows.h"

namespace labctl::scenario {
namespace {

constexpr std::array kExpectations{&kAuth,    &kDisposition, &kBecause, &kReply,      &kSpoof,   &kBody,
                                   &kSymbols, &kHeader,      &kPlaces,  &kDmarcFails, &kRecords, &kNoRecords,
                                   &kTxt,     &kExit,        &kOutput,  &kLacks,      &kService};

}  // namespace

std::span<const ExpectationKind* const> expectation_kinds() { return kExpectations; }

const ExpectationKind* find_expectation_kind(std::string_view key) {
  const auto found = std::ranges::find(kExpectations, key, &ExpectationKind::key);
  return found == kExpectations.end() ? nullptr : *found;
}

}  // namespace labctl::scenario
