#pragma once

#include <optional>

#include "labctl/dns/resolver.h"
#include "labctl/evaluate/resolver.h"

namespace labctl::evaluate {

/// Asks a name server that answers for the whole tree, at this moment.
class LiveResolver final : public Resolver {
 public:
  explicit LiveResolver(dns::Resolver server) : server_(std::move(server)) {}
  /// What gets no answer at all is "TIMEOUT", and kept as failure().
  Answer query(std::string_view name, std::string_view type) override;
  /// The first time that the server could not be asked: a result that came so says nothing about the records.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

 private:
  dns::Resolver server_;
  std::optional<Error> failure_;
};

}  // namespace labctl::evaluate
