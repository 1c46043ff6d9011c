#include <cstdio>
#include <filesystem>

#include "labctl/base/file.h"
#include "tests/fuzz/fuzz_target.h"

/// replay FOLDER...: each file once, as the fuzzer would.
int main(int argc, char** argv) {
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
      if (!entry.is_regular_file()) continue;
      const auto text = labctl::read_file(entry.path().string());
      if (!text) {
        std::fprintf(stderr, "%s\n", labctl::render(text.error()).c_str());
        return 1;
      }
      // Seen last when an input ends the program.
      std::printf("%s\n", entry.path().c_str());
      std::fflush(stdout);
      fuzz(*text);
      ++count;
    }
  }
  std::printf("%zu inputs\n", count);
  return count > 0 ? 0 : 1;
}
