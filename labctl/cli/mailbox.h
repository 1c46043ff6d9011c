#pragma once

#include <string>

#include "labctl/base/error.h"
#include "labctl/lab/lab.h"
#include "labctl/mail/imap.h"

namespace labctl::cli {

/// The mailbox of an address of the lab, opened as its owner. Errors: `usage` for an address that has none here.
Result<mail::Mailbox> mailbox_of(lab::Lab& lab, const std::string& address);

}  // namespace labctl::cli
