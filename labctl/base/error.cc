#include "labctl/base/error.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

namespace labctl {

Error Error::while_(std::string_view outer) const {
  Error copy = *this;
  copy.message = fmt::format("{}: {}", outer, message);
  return copy;
}

Error Error::at(std::string_view place) const {
  Error copy = *this;
  if (copy.where.empty()) copy.where = place;
  return copy;
}

std::unexpected<Error> usage_error(std::string message, std::string where, std::string hint) {
  return std::unexpected(Error{ErrorKind::usage, std::move(message), std::move(where), std::move(hint)});
}

std::unexpected<Error> lab_error(std::string message, std::string where, std::string hint) {
  return std::unexpected(Error{ErrorKind::lab, std::move(message), std::move(where), std::move(hint)});
}

std::unexpected<Error> timeout_error(std::string message, std::string where, std::string hint) {
  return std::unexpected(Error{ErrorKind::timeout, std::move(message), std::move(where), std::move(hint)});
}

std::unexpected<Error> system_error(std::string what, int errno_value, std::string where, std::string hint) {
  return lab_error(fmt::format("{}: {}", what, std::generic_category().message(errno_value)), std::move(where),
                   std::move(hint));
}

int exit_code(const Error& error) {
  switch (error.kind) {
    case ErrorKind::usage:
      return 2;
    case ErrorKind::interrupted:
      return 130;
    case ErrorKind::lab:
    case ErrorKind::timeout:
      break;
  }
  return 3;
}

std::string render(const Error& error) {
  std::string text = error.where.empty() ? error.message : fmt::format("{}: {}", error.where, error.message);
  if (!error.hint.empty()) text += fmt::format("\n  {}", error.hint);
  return text;
}

}  // namespace labctl
