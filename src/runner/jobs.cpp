#include "runner/jobs.hpp"

#include <cstdio>

namespace fvm::runner {

void progress(std::string_view what, uint64_t rows, uint64_t bytes) {
  std::fprintf(stderr, "progress %.*s rows=%llu bytes=%llu\n", static_cast<int>(what.size()), what.data(),
               static_cast<unsigned long long>(rows), static_cast<unsigned long long>(bytes));
}

}  // namespace fvm::runner
