#include "labctl/cli/run.h"

int main(int argc, char** argv) { return labctl::cli::run(argc, argv); }
