#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace labctl {

/// What sort of failure it is; decides the exit code (see exit_code()).
enum class ErrorKind {
  usage,        ///< bad command line, bad file, a name that doesn't exist: nothing was changed
  lab,          ///< the lab or the machine could not do it: a daemon down, a refusal, a full disk
  timeout,      ///< the lab did not answer before the deadline
  interrupted,  ///< the user asked to stop
};

/// An ordinary failure, written for a person.
struct Error {
  ErrorKind kind = ErrorKind::lab;
  std::string message;  ///< one sentence: what happened
  std::string where;    ///< file:line:column, or host and daemon; may be empty
  std::string hint;     ///< what to do next; may be empty

  /// The same error with `outer` in front of the message, as a caller adds what it was doing.
  [[nodiscard]] Error while_(std::string_view outer) const;
  /// The same error, placed: keeps a more exact `where` that is already there.
  [[nodiscard]] Error at(std::string_view place) const;
};

template <class T>
using Result = std::expected<T, Error>;

std::unexpected<Error> usage_error(std::string message, std::string where = {}, std::string hint = {});
std::unexpected<Error> lab_error(std::string message, std::string where = {}, std::string hint = {});
std::unexpected<Error> timeout_error(std::string message, std::string where = {}, std::string hint = {});
/// `what`, followed by the text of `errno_value`.
std::unexpected<Error> system_error(std::string what, int errno_value, std::string where = {}, std::string hint = {});

/// 2 for usage, 130 for interrupted, else 3.
int exit_code(const Error& error);

/// "where: message\n  hint" as printed to a person.
std::string render(const Error& error);

}  // namespace labctl

/// Evaluates an expression of type Result<void>; returns its error from the enclosing function.
#define LABCTL_TRY(expression)                                      \
  do {                                                              \
    if (auto labctl_try_result = (expression); !labctl_try_result)  \
      return std::unexpected(std::move(labctl_try_result).error()); \
  } while (false)

#define LABCTL_CONCAT_(a, b) a##b
#define LABCTL_CONCAT(a, b) LABCTL_CONCAT_(a, b)
/// `LABCTL_ASSIGN(auto value, expression)`: declares `value` from a Result, or returns its error.
#define LABCTL_ASSIGN(declaration, expression)                                          \
  auto LABCTL_CONCAT(labctl_result_, __LINE__) = (expression);                          \
  if (!LABCTL_CONCAT(labctl_result_, __LINE__))                                         \
    return std::unexpected(std::move(LABCTL_CONCAT(labctl_result_, __LINE__)).error()); \
  declaration = std::move(*LABCTL_CONCAT(labctl_result_, __LINE__))
