#pragma once

#include "labctl/mail/dialect.h"

namespace labctl::mail {

/// IIJ's yenma, by its source (yenma/yenmamfi.c): the author's whole address as dmarc's header.from, no policy and no
/// disposition, since it only labels. Its forerunner ENMA wrote "hardfail" (RFC 5451 section 2.4.2).
AuthReading read_yenma(const AuthenticationResults& trusted);

}  // namespace labctl::mail
