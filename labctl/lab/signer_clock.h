#pragma once

#include "labctl/base/clock.h"
#include "labctl/evidence/evidence.h"
#include "labctl/lab/mail_course.h"

namespace labctl::lab {

/// A signature of the sender's own MTA that is dated hours from now was made by a signer whose clock is wrong: what the
/// receiver makes of it says nothing about the participant's work. Errors: `lab`, at the sender's signer.
Result<void> require_signers_clock(const MailCourse& course, const evidence::MailSeen& seen, Clock& clock);

}  // namespace labctl::lab
