#pragma once

#include "labctl/scenario/expectation_kind.h"

namespace labctl::scenario {

// The rows of table.cc, one a file.
extern const ExpectationKind kAuth;
extern const ExpectationKind kDisposition;
extern const ExpectationKind kBecause;
extern const ExpectationKind kReply;
extern const ExpectationKind kSpoof;
extern const ExpectationKind kBody;
extern const ExpectationKind kSymbols;
extern const ExpectationKind kHeader;
extern const ExpectationKind kPlaces;
extern const ExpectationKind kDmarcFails;
extern const ExpectationKind kRecords;
extern const ExpectationKind kNoRecords;
extern const ExpectationKind kTxt;
extern const ExpectationKind kExit;
extern const ExpectationKind kOutput;
extern const ExpectationKind kLacks;
extern const ExpectationKind kService;

}  // namespace labctl::scenario
