#include "labctl/cli/run.h"

namespace labctl::cli {

int run(int, const char* const*) { return 2; }

}  // namespace labctl::cli
