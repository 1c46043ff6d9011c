#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

/// What one target does with one input; ends the program when something that must hold doesn't.
void fuzz(std::string_view text);

#define FUZZ_CHECK(condition)                                                             \
  do {                                                                                    \
    if (!(condition)) {                                                                   \
      std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                       \
    }                                                                                     \
  } while (false)
