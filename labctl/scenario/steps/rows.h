#pragma once

#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {

// The rows of table.cc, one a file.
extern const StepKind kHostLogin;
extern const StepKind kHostRun;
extern const StepKind kServiceActive;
extern const StepKind kZoneBegin;
extern const StepKind kZoneRead;
extern const StepKind kZoneSet;
extern const StepKind kZoneUnset;
extern const StepKind kDkimKey;
extern const StepKind kDkimRemove;
extern const StepKind kDkimPublish;
extern const StepKind kMailSend;
extern const StepKind kMailResend;
extern const StepKind kMailTry;
extern const StepKind kMailRaw;
extern const StepKind kMailDay;

}  // namespace labctl::scenario
