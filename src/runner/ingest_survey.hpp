// All bytes of a file, surveyed by several threads: each takes a stretch that begins behind a line end.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "runner/csv_dialect.hpp"

namespace fvm::runner {

// The same answer as one Surveyor that is fed the whole file. `descriptor`: readable by pread from anywhere.
// `part_bytes_min`: no thread is begun for less. Errors: the file cannot be read.
inline constexpr uint64_t survey_part_bytes_min = 16u << 20;
Result<ByteSurvey> survey_file(int descriptor, uint64_t bytes, uint16_t threads,
                               uint64_t part_bytes_min = survey_part_bytes_min);

}  // namespace fvm::runner
