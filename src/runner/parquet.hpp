// How big jobs write Parquet.
#pragma once

#include <cstdint>

namespace fvm::runner {

inline constexpr uint64_t parquet_file_bytes_max = 512u << 20;  // a delivery's files
inline constexpr uint64_t project_file_bytes_max = 256u
                                                   << 20;  // few files, and a refresh can leave most alone

// Of a column in a row group of 122,880 rows. DuckDB looks for repetitions until it has met so many values;
// its own limit is three times this, which costs a fifth more time on columns that do not repeat (record
// keys, pseudonyms) and saves a tenth of the bytes where 23,000 codes are all equally common.
inline constexpr unsigned dictionary_values_max = 8192;

}  // namespace fvm::runner
