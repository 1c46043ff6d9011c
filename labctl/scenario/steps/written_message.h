#pragma once

#include <array>
#include <string>

#include "labctl/mail/message.h"
#include "labctl/scenario/step_kind.h"

namespace labctl::scenario {

/// Keys of a step that writes its message itself, beside those of the envelope.
inline constexpr std::array<config::Key, 9> kMessageKeys{{
    {.name = "from", .summary = "header From; the envelope sender when it is missing"},
    {.name = "subject", .summary = "header Subject, ASCII"},
    {.name = "body", .summary = "what the message says; a line when it is missing"},
    {.name = "fields",
     .types = static_cast<unsigned>(config::Type::array),
     .summary = "header fields above the others, as they go over the wire: [\"Sender: x@y\"]"},
    {.name = "no_fields",
     .types = static_cast<unsigned>(config::Type::array),
     .summary = "header fields that are left out: [\"From\"]"},
    {.name = "sign",
     .types = static_cast<unsigned>(config::Type::array),
     .summary = "DKIM signatures: [{ key = \"rsa\", selector = \"s1\", domain = \"{zone}\" }], see mail-samples/keys"},
    {.name = "alter",
     .types = static_cast<unsigned>(config::Type::table),
     .summary = "what happens on the way, behind the signature: { append = \"a line\", subject = \"…\", from = \"…\", "
                "spaces = true, fields = [\"…\"] }"},
    {.name = "host_fault",
     .types = static_cast<unsigned>(config::Type::boolean),
     .summary =
         "it is about a host's fault: a login that is refused, and a message that waits in the receiver's queue, "
         "are evidence and not the lab's trouble"},
    {.name = "to", .summary = "header To; the envelope recipient when it is missing"},
}};

/// Keys of a raw dialogue, beside those.
inline constexpr std::array<config::Key, 2> kRawKeys{{
    {.name = "smuggle",
     .summary = "what a server may take for the end of the data: the message goes behind it, inside of another one"},
    {.name = "smuggled_from", .summary = "envelope sender of the message inside; the outer one's when it is missing"},
}};

/// Checks those keys; placeholders filled.
Result<void> check_written(const config::Value& keys);

/// The message, signed and altered, with its token.
Result<std::string> written_message(const config::Value& keys, const std::string& token, Clock& clock);

}  // namespace labctl::scenario
