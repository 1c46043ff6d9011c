#include "labctl/evaluate/public_suffix.h"

#include <libpsl.h>

#include <memory>

#include "labctl/evaluate/domain_name.h"

namespace labctl::evaluate {
namespace {

struct PslFree {
  void operator()(psl_ctx_t* list) const { psl_free(list); }
};

}  // namespace

std::string listed_organizational_domain(std::string_view domain) {
  static const std::unique_ptr<psl_ctx_t, PslFree> list(psl_latest(nullptr));
  const auto name = normal_name(domain);
  const char* registrable = list ? psl_registrable_domain(list.get(), name.c_str()) : nullptr;
  return registrable != nullptr ? registrable : name;
}

}  // namespace labctl::evaluate
